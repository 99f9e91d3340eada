// SPDX-License-Identifier: GPL-2.0

#include <linux/instruction_pointer.h>
#include <linux/lockdep.h>

#ifdef CONFIG_LOCKDEP
__rust_helper void rust_helper_lockdep_map_init(struct lockdep_map *map, const char *name,
						struct lock_class_key *key)
{
	lockdep_init_map(map, name, key, 0);
}

/* Shared, and got without waiting. */
__rust_helper void rust_helper_lockdep_map_hold(struct lockdep_map *map)
{
	lock_acquire(map, 0, 1, 1, 1, NULL, _RET_IP_);
}

__rust_helper void rust_helper_lockdep_map_release(struct lockdep_map *map)
{
	lock_release(map, _RET_IP_);
}

/* Alone, for which whoever asks may have to wait, and given back at once. */
__rust_helper void rust_helper_lockdep_map_wait(struct lockdep_map *map)
{
	lock_acquire(map, 0, 0, 0, 1, NULL, _RET_IP_);
	lock_release(map, _RET_IP_);
}
#endif
