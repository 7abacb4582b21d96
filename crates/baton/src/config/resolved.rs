//! What serving needs to know: where, which sources and destinations, and how long it waits.
//!
//! The values are plain: whoever reads `baton.toml` has resolved and checked them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connectors::destination::Destination;
use connectors::http_source::{Check, HttpMap};
use connectors::reading::VerifiedKinds;
use connectors::standard_webhooks::Secret;
use crank::Crank;
use domain::Role;
use domain::signal::SourceName;
use reqwest::Certificate;
use store::Store;

use crate::config::policies::PolicyText;
use crate::config::tls::Tls;
use crate::config::{Range, Secret as Credential};

/// Everything that serving needs to know.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    /// The data folder.
    pub data: PathBuf,
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// What browsers reach it by: scheme and host.
    pub public_url: Option<String>,
    /// Whether a password signs in.
    pub passwords: bool,
    /// The identity provider that people sign in with.
    pub identity_provider: Option<ProviderSettings>,
    /// Proxies whose word counts of who asks, and whether they came over TLS.
    pub trusted_proxies: Vec<Range>,
    /// The certificate of the listener; without one it speaks plain HTTP.
    pub tls: Option<Tls>,
    /// The sources, by name.
    pub sources: BTreeMap<SourceName, SourceSettings>,
    /// The destinations, by name.
    pub destinations: BTreeMap<String, Arc<dyn Destination>>,
    /// What people are told of the destinations, by name.
    pub destination_facts: BTreeMap<String, DestinationFacts>,
    /// Private and loopback addresses that may be called.
    pub allow_private: Vec<Range>,
    /// Authorities that are trusted beside the system's.
    pub authorities: Vec<Certificate>,
    /// What a demo serves besides.
    pub demo: Option<DemoServing>,
    /// How many bytes the accounts at hand may take; the crank's own bound where nothing is said.
    pub accounts_bytes: Option<usize>,
    /// How many bytes of bodies that were just queued are kept in memory; the crank's own bound where
    /// nothing is said.
    pub queued_body_bytes: Option<usize>,
    /// How many bytes requests may hold that wait for the keeper; its own bound where nothing is said.
    pub request_bytes: Option<usize>,
    /// After how many entries an account is written down; the crank's own figure where nothing is said.
    pub snapshot_entries: Option<u64>,
    /// The policies that say who may what; those that Baton is shipped with where nothing is said.
    pub policies: Option<Vec<PolicyText>>,
    /// How long it waits.
    pub timeouts: Timeouts,
}

/// An identity provider, as configured.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Its address, as it writes it itself.
    pub issuer: String,
    /// What it knows this server as.
    pub client: String,
    /// What the server shows it.
    pub credential: Credential,
    /// Whether an address counts of which it does not say that it was verified.
    pub trusts_email: bool,
}

/// What people are told of a destination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DestinationFacts {
    /// Its kind.
    pub kind: &'static str,
    /// Whether its address is one that must not be called.
    pub is_forbidden: bool,
    /// Where a test message goes, where it sends mail.
    pub mailbox: Option<String>,
}

/// A source, as configured.
#[derive(Clone, Debug)]
pub struct SourceSettings {
    /// What it speaks.
    pub kind: SourceKind,
    /// Which identifiers it verifies.
    pub verifies: VerifiedKinds,
    /// What it ingests with, where that is configured rather than made with `baton key create`.
    pub credential: Option<Credential>,
    /// The secrets that sign its webhooks; several while one replaces another.
    pub secrets: Vec<Secret>,
    /// The web origins whose pages may send, as browsers write them: `https://www.example.com`.
    pub origins: Vec<String>,
    /// The contract that its signals keep, by id or name; else their kinds decide.
    pub contract: Option<String>,
    /// How its posts are read, where it has a map.
    pub map: Option<Arc<HttpMap>>,
    /// How it is known, where it has a map.
    pub check: Option<Arc<Check>>,
}

/// Somebody whom a visitor of the demo can be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visitor {
    /// What they are.
    pub role: Role,
    /// The member of the demo's team that they are, by their id in `team.csv`.
    pub member: Option<String>,
    /// What people call them.
    pub name: String,
}

/// What a demo serves besides.
#[derive(Clone, Debug)]
pub struct DemoServing {
    /// The source of what the key `demo` ingests.
    pub source: SourceName,
    /// Commands to try, each with what it shows.
    pub commands: Vec<(String, String)>,
    /// What its world is made from.
    pub seed: u64,
    /// Whom a visitor can be, by a click.
    pub visitors: Vec<Visitor>,
    /// Where the receiver of its deliveries shows what came to it.
    pub crm: Option<SocketAddr>,
    /// Whether its folder stays when it ends.
    pub stays: bool,
}

impl SourceSettings {
    /// A source of a kind with nothing else said.
    pub const fn of(kind: SourceKind) -> Self {
        Self {
            kind,
            verifies: VerifiedKinds::NONE,
            credential: None,
            secrets: Vec::new(),
            origins: Vec::new(),
            contract: None,
            map: None,
            check: None,
        }
    }
}

/// Tells the crank which contracts the sources are configured to keep.
pub(crate) fn keep_contracts<S: Store>(
    crank: &mut Crank<S>,
    sources: &BTreeMap<SourceName, SourceSettings>,
) {
    for (source, settings) in sources {
        if let Some(contract) = &settings.contract {
            crank.keep_contract(source.clone(), contract.into());
        }
    }
}

/// What a source speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceKind {
    /// CloudEvents over HTTP.
    CloudEvents,
    /// Segment's tracking API.
    Segment,
    /// Standard Webhooks.
    Webhook,
    /// Files that are imported.
    Import,
    /// Any JSON or form post, read by a map.
    Http,
}

impl SourceKind {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudEvents => "cloudevents",
            Self::Segment => "segment",
            Self::Webhook => "webhook",
            Self::Import => "import",
            Self::Http => "http",
        }
    }
}

/// How long things may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timeouts {
    /// The head of a request, from its first byte or since the last answer.
    pub head: Duration,
    /// The body of a request.
    pub body: Duration,
    /// A call to a destination.
    pub call: Duration,
    /// Between two looks at whether the listener's certificate was renewed.
    pub certificate: Duration,
    /// Requests and calls that are under way when it is told to stop.
    pub drain: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            body: Duration::from_secs(30),
            call: Duration::from_secs(10),
            certificate: Duration::from_secs(10),
            drain: Duration::from_secs(15),
        }
    }
}

impl ServeConfig {
    /// The same with one destination alone.
    #[must_use]
    pub fn with_one(&self, name: &str) -> Self {
        let kept = self.destinations.get(name).map(|known| (name.to_owned(), Arc::clone(known)));
        Self { destinations: kept.into_iter().collect(), ..self.clone() }
    }

    /// Whom a visitor of a demo can be; nobody where it is none.
    pub fn visitors(&self) -> &[Visitor] {
        self.demo.as_ref().map_or(&[], |demo| &demo.visitors)
    }

    /// A folder and an address, with nothing else said.
    pub fn new(data: PathBuf, listen: SocketAddr) -> Self {
        Self {
            data,
            listen,
            public_url: None,
            passwords: true,
            identity_provider: None,
            trusted_proxies: Vec::new(),
            tls: None,
            sources: BTreeMap::new(),
            destinations: BTreeMap::new(),
            destination_facts: BTreeMap::new(),
            allow_private: Vec::new(),
            authorities: Vec::new(),
            demo: None,
            accounts_bytes: None,
            queued_body_bytes: None,
            request_bytes: None,
            snapshot_entries: None,
            policies: None,
            timeouts: Timeouts::default(),
        }
    }
}
