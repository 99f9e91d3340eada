// SPDX-License-Identifier: GPL-2.0

#include <linux/sched/task_stack.h>
#include <linux/workqueue.h>

__rust_helper int rust_helper_object_is_on_stack(const void *obj)
{
	return object_is_on_stack(obj);
}

__rust_helper void rust_helper_timer_init_key_on_stack(struct timer_list *timer,
						       void (*func)(struct timer_list *),
						       unsigned int flags,
						       const char *name,
						       struct lock_class_key *key)
{
	timer_init_key_on_stack(timer, func, flags, name, key);
}

__rust_helper void rust_helper_destroy_delayed_work_on_stack(struct delayed_work *work)
{
	destroy_delayed_work_on_stack(work);
}
