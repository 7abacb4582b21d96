//! What stands behind a domain: lists of the world, with their version, and those of the strategy.
//!
//! The files in `data/` are written by `cargo xtask mail-lists` from packages that keep them, or kept by
//! hand where no package does; each says so at its top.

use std::sync::LazyLock;

use rules::lists::MailLists;
use rustc_hash::FxHashMap;

use super::domains::registrable;

/// What a domain says of whoever uses it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DomainClass {
    /// A company's own.
    Business,
    /// Anybody's mailbox.
    FreeMail,
    /// Addresses for an hour.
    Disposable,
    /// Many companies' or none's.
    Shared,
}

impl DomainClass {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::FreeMail => "free-mail",
            Self::Disposable => "disposable-mail",
            Self::Shared => "shared",
        }
    }
}

/// A list of the world: its lines, after a head that says the version.
struct WorldList {
    version: u32,
    text: &'static str,
}

impl WorldList {
    fn read(text: &'static str) -> Self {
        let head = text.lines().next().and_then(|head| head.strip_prefix("# version "));
        let version = head.and_then(|number| number.parse().ok()).expect("a list has a version");
        Self { version, text }
    }

    fn lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.lines().filter(|line| !line.starts_with('#'))
    }
}

/// The lists in the order in which they count.
static WORLD: LazyLock<[(DomainClass, WorldList); 3]> = LazyLock::new(|| {
    [
        (DomainClass::Shared, WorldList::read(include_str!("../../data/shared_domains.txt"))),
        (DomainClass::Disposable, WorldList::read(include_str!("../../data/disposable_mail.txt"))),
        (DomainClass::FreeMail, WorldList::read(include_str!("../../data/free_mail.txt"))),
    ]
});

/// What each domain of the lists is by the first list that has it. Every address is looked up here.
static LISTED: LazyLock<FxHashMap<&'static str, DomainClass>> = LazyLock::new(|| {
    let mut listed = FxHashMap::default();
    for (class, list) in WORLD.iter() {
        for domain in list.lines() {
            listed.entry(domain).or_insert(*class);
        }
    }
    listed
});

static PLACEHOLDERS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    WorldList::read(include_str!("../../data/placeholder_companies.txt")).lines().collect()
});

/// The version of the lists: the day of the newest, as a number (`20261130`).
pub fn lists_version() -> u32 {
    WORLD.iter().map(|(_, list)| list.version).max().unwrap_or_default()
}

/// Why a domain is of its class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DomainReason {
    /// The class.
    pub class: DomainClass,
    /// The domain that a list has: the one in question, or one above it. None where no list has it.
    pub listed: Option<String>,
    /// Whether it is the strategy's list that has it.
    pub by_strategy: bool,
}

/// What stands behind a domain, and why; none for what is no domain. The strategy's lists count before
/// those of the world, and the whole name before what is above it.
pub fn domain_reason(host: &str, mail: &MailLists) -> Option<DomainReason> {
    let registrable = registrable(host)?;
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    Some(match listed_name(&host, &registrable, mail) {
        Some((name, class, by_strategy)) => {
            DomainReason { class, listed: Some(name.to_owned()), by_strategy }
        }
        None => DomainReason { class: DomainClass::Business, listed: None, by_strategy: false },
    })
}

/// What stands behind a domain; none for what is no domain.
pub fn domain_class(host: &str, mail: &MailLists) -> Option<DomainClass> {
    Some(classify(host, &registrable(host)?, mail))
}

/// The same for a domain whose registered part is known.
pub(super) fn classify(host: &str, registrable: &str, mail: &MailLists) -> DomainClass {
    listed_name(host, registrable, mail).map_or(DomainClass::Business, |(_, class, _)| class)
}

/// The name that a list has: the host, or one above it down to its registered part. With it its class,
/// and whether it is the strategy's list that has it.
fn listed_name<'n>(
    host: &'n str,
    registrable: &'n str,
    mail: &MailLists,
) -> Option<(&'n str, DomainClass, bool)> {
    let mut name = if host.ends_with(registrable) { host } else { registrable };
    loop {
        if let Some((class, by_strategy)) = listed(name, mail) {
            return Some((name, class, by_strategy));
        }
        if name.len() <= registrable.len() {
            return None;
        }
        name = name.split_once('.').map_or("", |(_, above)| above);
    }
}

fn listed(name: &str, mail: &MailLists) -> Option<(DomainClass, bool)> {
    let own = [
        (&mail.business, DomainClass::Business),
        (&mail.free, DomainClass::FreeMail),
        (&mail.disposable, DomainClass::Disposable),
        (&mail.shared, DomainClass::Shared),
    ];
    let by_strategy =
        own.into_iter().find(|(list, _)| list.as_ref().is_some_and(|list| list.contains(name)));
    let world = || LISTED.get(name).map(|class| (*class, false));
    by_strategy.map(|(_, class)| (class, true)).or_else(world)
}

/// Whether a folded name is what people write where they have no company to name.
pub(super) fn is_placeholder(name: &str) -> bool {
    name.len() < 2 || PLACEHOLDERS.binary_search(&name).is_ok()
}

#[cfg(test)]
pub(super) fn world() -> impl Iterator<Item = (DomainClass, Vec<&'static str>)> {
    WORLD.iter().map(|(class, list)| (*class, list.lines().collect()))
}
