//! Which company a signal names. What a source states beats what follows from an address.

use std::fmt;

use domain::Text;
use domain::fact::Basis;
use domain::signal::{Content, IdentifierKind, Key};
use rules::lists::MailLists;

use super::domains::registrable;
use super::email::read_email;
use super::mail_lists::{DomainClass, classify, is_placeholder};
use super::text::{IDENTIFIER_BYTES_MAX, fold_space};

/// What names a company.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Business {
    /// A registrable domain that one company owns.
    Domain(String),
    /// A company's name, folded.
    Company(String),
}

impl fmt::Debug for Business {
    /// Without the name: debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain(_) => "domain",
            Self::Company(_) => "company",
        })
    }
}

impl Business {
    /// What leads to the company's account.
    pub fn key(&self) -> Key {
        let (kind, value) = match self {
            Self::Domain(domain) => (IdentifierKind::Domain, domain),
            Self::Company(name) => (IdentifierKind::Company, name),
        };
        Key { kind, scope: Text::default(), value: value.into(), verified: true }
    }
}

/// Where somebody works, as one signal says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Workplace {
    /// What names the company.
    pub business: Business,
    /// How the signal says so.
    pub basis: Basis,
    /// Whether that is verified.
    pub verified: bool,
    /// The company's name, folded, where the signal states it beside the domain and both are
    /// verified: from then on the name leads to the account of the domain.
    pub alias: Option<String>,
}

/// What a name of a company is to its account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameRole {
    /// The domain or name that counted.
    Counted,
    /// The name beside a domain.
    Beside,
    /// That name, as one whose domain is known.
    Sited,
    /// That name, as one that the domains of several accounts have.
    Several,
}

impl NameRole {
    const ALL: [Self; 4] = [Self::Counted, Self::Beside, Self::Sited, Self::Several];

    /// Its bit in a fact.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Those whose bits are set.
    pub fn of_bits(bits: u8) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |role| bits & role.bit() != 0)
    }
}

impl Workplace {
    /// The key that leads to the account in a role; none where the signal does not say as much.
    pub fn key(&self, role: NameRole) -> Option<Key> {
        let scope = match role {
            NameRole::Counted => return Some(self.business.key()),
            NameRole::Beside => "",
            NameRole::Sited => "sited",
            NameRole::Several => "several",
        };
        let name = match (&self.alias, &self.business) {
            (Some(alias), _) => alias,
            (None, Business::Company(name)) => name,
            (None, Business::Domain(_)) => return None,
        };
        let key = Business::Company(name.clone()).key();
        Some(Key { scope: scope.into(), ..key })
    }
}

/// What a signal says of companies, while its identifiers are read. Their order makes no difference.
#[derive(Default)]
pub(super) struct Places {
    domains: Vec<(String, Basis, bool)>,
    companies: Vec<(String, bool)>,
}

impl Places {
    pub(super) fn domain(&mut self, domain: String, basis: Basis, verified: bool) {
        self.domains.push((domain, basis, verified));
    }

    pub(super) fn company(&mut self, name: &str, verified: bool) {
        let name = fold_company(name);
        if !is_placeholder(&name) {
            self.companies.push((name, verified));
        }
    }

    /// The one that counts: a stated domain, then a stated name, then the domain of an address;
    /// between equals what is verified, then what comes first in the alphabet.
    pub(super) fn best(mut self) -> Option<Workplace> {
        for at in 0..self.domains.len() {
            let (domain, basis, _) = &self.domains[at];
            // An address at the domain that the stated name spells says no less than the domain would.
            if *basis == Basis::Address
                && self.companies.iter().any(|(name, _)| spells(name, domain))
            {
                self.domains[at].1 = Basis::Company;
            }
        }
        let by_domain = self.domains.iter().max_by(|one, other| {
            (one.1, one.2).cmp(&(other.1, other.2)).then_with(|| other.0.cmp(&one.0))
        });
        let by_name = self
            .companies
            .iter()
            .max_by(|one, other| one.1.cmp(&other.1).then_with(|| other.0.cmp(&one.0)));
        match (by_domain, by_name) {
            (Some((domain, basis, _)), name) if *basis != Basis::Address => {
                let verified =
                    self.domains.iter().any(|(known, _, verified)| known == domain && *verified);
                let alias =
                    name.filter(|(_, said)| verified && *said).map(|(name, _)| name.clone());
                let business = Business::Domain(domain.clone());
                Some(Workplace { business, basis: *basis, verified, alias })
            }
            (_, Some((name, verified))) => Some(Workplace {
                business: Business::Company(name.clone()),
                basis: Basis::Company,
                verified: *verified,
                alias: None,
            }),
            (Some((domain, basis, verified)), None) => Some(Workplace {
                business: Business::Domain(domain.clone()),
                basis: *basis,
                verified: *verified,
                alias: None,
            }),
            (None, None) => None,
        }
    }
}

/// The workplace that a turn found on some basis. Which lists were in force then makes no difference: a
/// domain that is a company's by the lists of the world counts first, and then any.
pub fn workplace_by(content: &Content, basis: Basis) -> Option<Workplace> {
    let all = said_by(content);
    let of = |wanted: fn(&str) -> bool| {
        let domains = all.domains.iter().filter(|(domain, on, _)| {
            let counts = match basis {
                Basis::Domain | Basis::Address => *on == basis,
                Basis::Company => *on != Basis::Domain,
            };
            counts && wanted(domain)
        });
        let companies = if basis == Basis::Address { &[][..] } else { &all.companies };
        Places { domains: domains.cloned().collect(), companies: companies.to_vec() }.best()
    };
    let found = |wanted| of(wanted).filter(|found| found.basis == basis);
    found(is_company).or_else(|| found(|_| true))
}

/// Everything that a signal says of companies, whatever stands behind the domains.
fn said_by(content: &Content) -> Places {
    let mut places = Places::default();
    for identifier in content.subject.iter().filter(|one| one.value.len() <= IDENTIFIER_BYTES_MAX) {
        let mut take = |domain: &str, basis| {
            if let Some(domain) = registrable(domain) {
                places.domain(domain.into_owned(), basis, identifier.verified);
            }
        };
        match identifier.kind {
            IdentifierKind::Domain => take(&identifier.value, Basis::Domain),
            IdentifierKind::Email => match read_email(&identifier.value) {
                Some(email) if !email.mixed_script => take(email.domain(), Basis::Address),
                Some(_) | None => {}
            },
            IdentifierKind::Company => places.company(&identifier.value, identifier.verified),
            IdentifierKind::ExternalId | IdentifierKind::Phone | IdentifierKind::Cookie => {}
        }
    }
    places
}

/// The domains of companies that a signal says, by the lists of the world alone.
pub(super) fn company_domains(content: &Content) -> impl Iterator<Item = String> {
    let domains = said_by(content).domains.into_iter();
    domains.map(|(domain, ..)| domain).filter(|domain| is_company(domain))
}

fn is_company(domain: &str) -> bool {
    classify(domain, domain, &MailLists::default()) == DomainClass::Business
}

/// The company by which version 0.1 found an account: the first verified domain, stated or of an address,
/// then a claimed one; a name counted where there was no domain of the same trust. Its lists were shorter:
/// a domain that is a provider's by those of now was a company's where there is nothing else.
pub fn earlier_business(content: &Content) -> Option<Business> {
    let all = said_by(content);
    let of = |wanted: fn(&str) -> bool| {
        let domains = all.domains.iter().filter(|(domain, ..)| wanted(domain));
        let domains = domains
            .map(|(domain, _, verified)| (*verified, true, Business::Domain(domain.clone())));
        let names = all.companies.iter();
        let names =
            names.map(|(name, verified)| (*verified, false, Business::Company(name.clone())));
        let mut best: Option<(bool, bool, Business)> = None;
        for one in domains.chain(names) {
            if best.as_ref().is_none_or(|best| (one.0, one.1) > (best.0, best.1)) {
                best = Some(one);
            }
        }
        best.map(|(.., business)| business)
    };
    of(is_company).or_else(|| of(|_| true))
}

/// Whether a folded name, written together, is what a company registered: `acme energy` and
/// `acme-energy.com`.
fn spells(name: &str, domain: &str) -> bool {
    let label = domain.split('.').next().unwrap_or_default();
    let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let name = letters(name);
    name.chars().count() >= SPELLED_MIN && name == letters(label)
}

/// The fewest letters of a name that are taken for a domain's.
const SPELLED_MIN: usize = 3;

/// A company's name without case, punctuation and legal form, so that "Acme GmbH" is "acme".
fn fold_company(name: &str) -> String {
    const FORMS: &[&str] = &[
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "limited",
        "llc",
        "llp",
        "ltd",
        "nv",
        "oy",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "se",
        "spa",
        "srl",
    ];
    let lower = fold_space(name).to_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let kept =
        words.iter().rposition(|word| !FORMS.contains(word)).map_or(words.len(), |at| at + 1);
    words[..kept].join(" ")
}
