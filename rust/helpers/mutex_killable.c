// SPDX-License-Identifier: GPL-2.0

#include <linux/mutex.h>

__rust_helper int rust_helper_mutex_lock_killable(struct mutex *lock)
{
	return mutex_lock_killable(lock);
}

__rust_helper int rust_helper_mutex_lockdep_is_held(struct mutex *lock)
{
#ifdef CONFIG_LOCKDEP
	return lockdep_is_held(lock);
#else
	return 1;
#endif
}
