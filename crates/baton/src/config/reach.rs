//! Where destinations are, and whether our own rules let anybody call them there.

use std::collections::BTreeMap;
use std::net::{IpAddr, ToSocketAddrs as _};

use connectors::destination::Takes;
use reqwest::Url;

use super::destination::{Destination, Value};
use super::network::Range;
use super::read::Config;
use crate::config::callable::may_call;
use crate::config::resolved::DestinationFacts;

impl Config {
    /// The destinations whose every address is one that may not be called, by name, with the host that
    /// leads there. A host that nobody knows is not among them: it may be known later.
    pub fn forbidden_destinations(&self) -> Vec<(&str, String)> {
        let found = self.destinations.iter().filter_map(|(name, destination)| {
            let host = destination.host()?;
            is_forbidden(&host, &self.network.allow_private).then_some((name.as_str(), host))
        });
        found.collect()
    }
}

impl Config {
    /// What people are told of the destinations, by name.
    pub fn destination_facts(&self) -> BTreeMap<String, DestinationFacts> {
        let forbidden = self.forbidden_destinations();
        let facts = |(name, destination): (&String, &Destination)| {
            let is_forbidden = forbidden.iter().any(|(known, _)| known == name);
            let mailbox =
                ["to", "from"].iter().find_map(|key| destination.values.get(key)?.as_text());
            let mailbox = mailbox.map(str::to_owned);
            (name.clone(), DestinationFacts { kind: destination.kind.name, is_forbidden, mailbox })
        };
        self.destinations.iter().map(facts).collect()
    }
}

impl Destination {
    /// The machine that it calls; none for a file, and where a secret that says so is not at hand.
    pub fn host(&self) -> Option<String> {
        self.kind.keys.iter().find_map(|key| {
            let value = self.values.get(key.name)?;
            match (key.takes, value) {
                (Takes::Host, Value::Text(host)) => Some(host.clone()),
                (Takes::Address, Value::Text(address)) => host_of(address),
                (Takes::SecretAddress, Value::SecretAddress(reference)) => {
                    host_of(reference.resolve().ok()?.reveal())
                }
                (
                    Takes::Host
                    | Takes::Address
                    | Takes::SecretAddress
                    | Takes::Secrets
                    | Takes::Password
                    | Takes::Path
                    | Takes::Port
                    | Takes::Word(_)
                    | Takes::Name
                    | Takes::Mailbox
                    | Takes::Certificates,
                    _,
                ) => None,
            }
        })
    }
}

/// The host of an address, as the courier will read it.
fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(host.trim_start_matches('[').trim_end_matches(']').to_owned())
}

fn is_forbidden(host: &str, allowed: &[Range]) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return !may_call(address, allowed);
    }
    let Ok(found) = (host, 0).to_socket_addrs() else { return false };
    let mut found = found.peekable();
    found.peek().is_some() && found.all(|address| !may_call(address.ip(), allowed))
}
