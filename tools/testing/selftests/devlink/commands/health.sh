# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-health(8), also as "port health"

show health
forms health show
show health list
show health show $NSIM reporter dummy
show health show $NSIM reporter empty
show health diagnose $NSIM reporter dummy
show health diagnose $NSIM reporter empty
show health dump show $NSIM reporter dummy
show health dump show $NSIM reporter empty
d health dump list $NSIM reporter dummy
show health show $NSIM reporter dummy
d health dump clear $NSIM reporter dummy
d health dump clear $NSIM reporter dummy
d health recover $NSIM reporter dummy
d health recover $NSIM reporter empty
d health test $NSIM reporter dummy
d health test $NSIM reporter empty
show health show $NSIM
d health set $NSIM reporter dummy grace_period 3000
d health set $NSIM reporter dummy burst_period 1000
d health set $NSIM reporter dummy grace_period 0 burst_period 5
d health set $NSIM reporter dummy auto_recover false
d health set $NSIM reporter dummy auto_dump false
show health show $NSIM reporter dummy
nsim 'it broke' health/break_health
show health show $NSIM reporter dummy
show health diagnose $NSIM reporter dummy
nsim Y health/fail_recover
d health recover $NSIM reporter dummy
nsim N health/fail_recover
d health recover $NSIM reporter dummy
show health diagnose $NSIM reporter dummy
d health set $NSIM reporter dummy auto_recover true
d health set $NSIM reporter dummy auto_dump true
nsim 'it broke again' health/break_health
show health dump show $NSIM reporter dummy
show health show $NSIM reporter dummy
nsim 5000 health/binary_len
d health dump clear $NSIM reporter dummy
show health dump show $NSIM reporter dummy
d health set $NSIM reporter empty auto_recover true
d health set $NSIM reporter empty auto_dump true
d health set $NSIM reporter empty grace_period 10
d health set $NSIM reporter empty auto_recover none
d health set $NSIM reporter empty
d health show $NSIM reporter none
d health diagnose $NSIM reporter none
d health dump show $NSIM reporter none
d health dump clear $NSIM reporter none
d health recover $NSIM reporter none
d health test $NSIM reporter none
d health set $NSIM reporter none auto_dump true
d health recover $NSIM
d health show netdevsim/none reporter dummy
d health show $NSIM/0 reporter dummy

show port health
show port health list
show port health show
d port health show $NSIM/0 reporter dummy
d port health diagnose $NSIM/0 reporter dummy

# the test module: reporters of the device and of a port, with every construct of a message
show health show
show health show $FULL
for reporter in dt_full dt_graceful dt_burst dt_large dt_bare; do
	show health show $FULL reporter $reporter
	show health diagnose $FULL reporter $reporter
	show health dump show $FULL reporter $reporter
	d health dump clear $FULL reporter $reporter
	d health test $FULL reporter $reporter
	d health recover $FULL reporter $reporter
	tell health_report $reporter first
	tell health_report $reporter second
	show health show $FULL reporter $reporter
	d health dump show $FULL reporter $reporter
	d health recover $FULL reporter $reporter
	d health set $FULL reporter $reporter grace_period 20 burst_period 10 auto_recover true auto_dump \
		true
	d health set $FULL reporter $reporter grace_period 10 burst_period 20
	d health set $FULL reporter $reporter auto_recover false
	d health set $FULL reporter $reporter auto_dump false
	show health show $FULL reporter $reporter
	d health show $NONE reporter $reporter
	d health diagnose $NONE reporter $reporter
	d health dump show $NONE reporter $reporter
	d health dump clear $NONE reporter $reporter
	d health test $NONE reporter $reporter
	d health recover $NONE reporter $reporter
	d health set $NONE reporter $reporter grace_period 10
	d health set $NONE reporter $reporter auto_recover true
	d health set $NONE reporter $reporter auto_dump true
done
show health show $FULL/0 reporter dt_port
show port health show
show port health show $FULL/0 reporter dt_port
forms health diagnose $FULL/0 reporter dt_port
forms health dump show $FULL/0 reporter dt_port
d health dump clear $FULL/0 reporter dt_port
d health test $FULL/0 reporter dt_port
d health recover $FULL/0 reporter dt_port
d health set $FULL/0 reporter dt_port grace_period 5 auto_recover false
tell health_report dt_port broken 0
show health show $FULL/0 reporter dt_port
tell health_recovered dt_port 0
tell health_state dt_port healthy 0
show health show $FULL/0 reporter dt_port
d health show $FULL reporter dt_port
d health show $FULL/1 reporter dt_port
d port health show $FULL/0 reporter none
for what in recover dump diagnose test; do
	fail health_$what 5
	d health recover $FULL reporter dt_full
	d health diagnose $FULL reporter dt_full
	d health dump show $FULL reporter dt_full
	d health dump clear $FULL reporter dt_full
	d health test $FULL reporter dt_full
	tell health_report dt_full broken
	d health set $FULL reporter dt_full auto_recover true auto_dump true grace_period 0
	tell health_report dt_full again
	fail health_$what 0
	show health show $FULL reporter dt_full
	d health recover $FULL reporter dt_full
done
tell health_state dt_full error
show health show $FULL reporter dt_full
tell health_state dt_full healthy
tell reporter_add added
tell reporter_add added
tell reporter_add added 1
show health show
tell reporter_del added
tell reporter_del added 1
show health show
