# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink -b, with and without -f

cat >/tmp/batch <<END
dev show $NSIM
port show $NSIM/0
dev show netdevsim/none
# a comment
dev param show $NSIM name max_macs

port show $NSIM/77
trap show $NSIM trap none
resource show $NSIM/1
END
show -b /tmp/batch
show -f -b /tmp/batch
show --force --batch /tmp/batch
d -b /tmp/none
run sh -c 'echo dev show | devlink -b -'
printf 'dev show %s\n' $NSIM none/none >/tmp/batch
d -f -b /tmp/batch
d -b /tmp/batch
printf 'dev show %s\n' $NSIM $NSIM >/tmp/batch
d -f -b /tmp/batch
echo >/tmp/batch
d -b /tmp/batch
d --no-nice-names --json --pretty --verbose --statistics --iec --hex port show
d --Netns none port show
