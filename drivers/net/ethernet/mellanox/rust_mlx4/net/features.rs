// SPDX-License-Identifier: GPL-2.0

//! What the device does for frames, and how that is switched.

use super::Nic;

use crate::caps::{
    Caps,
    Feature, //
};

use kernel::{
    net::device::{
        Features,
        Rtnl,
        Settings, //
    },
    prelude::*, //
};

/// What the device does for frames, at first and always, and what it can do, too.
pub(super) fn of<'a>(caps: &Caps, settings: Settings<'a>) -> (Features, Settings<'a>) {
    let with = |features: Features, feature, has| match has {
        true => features | feature,
        false => features,
    };
    let at_first = Features::SCATTER_GATHER
        | Features::IPV4_CHECKSUM
        | Features::IPV6_CHECKSUM
        | Features::RX_CHECKSUM
        | Features::RX_HASH
        | Features::RX_VLAN
        | Features::TX_VLAN;
    let cuts = Features::TSO | Features::TSO6;
    let at_first = with(at_first, cuts, caps.has(Feature::SEGMENTATION));
    let sees_service_tags = !caps.has(Feature::SKIPS_SERVICE_TAG);
    let at_first = with(at_first, Features::RX_SERVICE_VLAN, sees_service_tags);
    let always = Features::HIGH_DMA | Features::VLAN_FILTER;
    let always = with(always, Features::SERVICE_VLAN_FILTER, sees_service_tags);
    let optional = Features::LOOPBACK;
    let optional = with(optional, Features::RX_FCS, caps.has(Feature::FCS_KEEP));
    let optional = with(optional, Features::RX_ALL, caps.has(Feature::IGNORE_FCS));
    let settings = settings
        .features(at_first)
        .always(always)
        .optional(optional);
    (at_first, settings)
}

/// `mlx4_en_fix_features()`: tags of service providers are taken out of frames if others are.
pub(super) fn fix(caps: &Caps, features: Features) -> Features {
    let sees_service_tags = !caps.has(Feature::SKIPS_SERVICE_TAG);
    if features.contains(Features::RX_VLAN) && sees_service_tags {
        features | Features::RX_SERVICE_VLAN
    } else {
        features - Features::RX_SERVICE_VLAN
    }
}

impl Nic<'_> {
    /// `mlx4_en_set_features()`.
    pub(super) fn switch_features(&self, cx: &mut Rtnl<'_, Self>, features: Features) -> Result {
        const NAMED: [(Features, &str); 5] = [
            (Features::RX_FCS, "RX-FCS"),
            (Features::RX_ALL, "RX-ALL"),
            (Features::RX_VLAN, "RX vlan strip offload"),
            (Features::TX_VLAN, "TX vlan strip offload"),
            (Features::LOOPBACK, "loopback"),
        ];

        // What rings are made for.
        const OF_RINGS: Features = Features::RX_FCS
            .and(Features::RX_VLAN)
            .and(Features::LOOPBACK);

        let old = cx.device().features();
        let changes = |feature| old.contains(feature) != features.contains(feature);
        let name = cx.device().name();
        for (feature, what) in NAMED {
            if changes(feature) {
                let switch = if features.contains(feature) {
                    "ON"
                } else {
                    "OFF"
                };
                dev_info!(
                    self.card.dev.as_ref(),
                    "{}: Turn {} {}\n",
                    &*name,
                    switch,
                    what
                );
            }
        }
        if changes(Features::RX_ALL) {
            self.port.ignore_fcs(features.contains(Features::RX_ALL))?;
        }
        if old & OF_RINGS == features & OF_RINGS {
            self.config.lock().features = features;
            self.offloads.set(features);
            return Ok(());
        }
        self.change(cx, |config| config.features = features)
    }
}
