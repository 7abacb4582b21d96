//! Import maps of vendors' exports, built in: the files in `examples/maps`.

/// A map that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShippedMap {
    /// What it is called.
    pub name: &'static str,
    /// What it reads.
    pub reads: &'static str,
    /// The map as YAML.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal $reads:literal,)*) => {
        &[$(ShippedMap {
            name: $name,
            reads: $reads,
            text: include_str!(concat!("../../../../examples/maps/", $name, ".yaml")),
        },)*]
    };
}

/// All of them.
pub const SHIPPED: &[ShippedMap] = shipped![
    "hubspot-contacts" "contacts exported from HubSpot",
    "salesforce-leads" "leads of a Salesforce report or data export",
    "pipedrive" "leads or people exported from Pipedrive",
    "zoho" "leads exported from Zoho CRM",
    "linkedin-lead-gen" "leads downloaded from LinkedIn Lead Gen Forms",
    "facebook-lead-ads" "leads downloaded from Facebook and Instagram Lead Ads",
];

impl ShippedMap {
    /// The map of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SHIPPED.iter().find(|map| map.name == name)
    }
}
