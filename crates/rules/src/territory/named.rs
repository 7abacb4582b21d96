//! Named accounts: an explicit list of domains beats every rule.

use domain::Moment;
use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics, FileId, Sources, Span, Spanned};
use rustc_hash::FxHashMap;

use crate::canonical::canonical;
use crate::columns::{Columns, Validity, utc_date};

/// Rows of a file.
const ROWS_MAX: usize = 500_000;

/// Rows of one domain.
const VERSIONS_MAX: usize = 100;

/// `named_accounts.csv`, or another list of the same shape.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NamedAccounts {
    /// In the order of the file.
    pub all: Vec<NamedAccount>,
    by_domain: FxHashMap<String, Vec<u32>>,
}

/// A company that somebody owns by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedAccount {
    /// Its domain in small letters.
    pub domain: String,
    /// A member's id.
    pub owner: Spanned<String>,
    /// From when until when.
    pub days: Validity,
}

impl NamedAccounts {
    /// The owner by name of a domain (in small letters) at a moment.
    pub fn find(&self, domain: &str, moment: Moment) -> Option<&NamedAccount> {
        self.find_on(domain, utc_date(moment))
    }

    /// The owner by name of a domain on a date.
    pub fn find_on(&self, domain: &str, date: Date) -> Option<&NamedAccount> {
        let versions = self.by_domain.get(domain)?;
        versions.iter().map(|at| &self.all[*at as usize]).find(|named| named.days.holds(date))
    }

    fn add(&mut self, named: NamedAccount, span: Span, out: &mut Diagnostics) {
        let versions = self.by_domain.entry(named.domain.clone()).or_default();
        if versions.len() >= VERSIONS_MAX {
            let says = format!("a domain has at most {VERSIONS_MAX} rows");
            out.push(Diagnostic::error("list-too-long", span, says));
            return;
        }
        let mut known = versions.iter().map(|at| &self.all[*at as usize]);
        if let Some(first) = known.find(|known| known.days.meets(&named.days)) {
            let says = format!("`{}` has an owner for these days already", named.domain);
            let help = "let one row end (`until`) on the day when the next begins (`from`)";
            let told = Diagnostic::error("named-account-twice", span, says).help(help);
            out.push(told.elsewhere(first.owner.span, "its owner for these days"));
            return;
        }
        versions.push(self.all.len() as u32);
        self.all.push(named);
    }
}

/// Reads the accounts. Whether the owners exist is for the whole folder to say.
pub fn parse_named(
    sources: &Sources,
    file: FileId,
    out: &mut Diagnostics,
) -> Option<NamedAccounts> {
    let before = out.errors();
    let csv = notation::parse_csv(sources, file, out)?;
    let columns = Columns::find(&csv, file, &["domain", "owner"], &["from", "until"], false, out)?;
    if csv.rows.len() > ROWS_MAX {
        let says = format!("the file has more than {ROWS_MAX} accounts");
        out.push(Diagnostic::error("list-too-long", csv.rows[ROWS_MAX][0].span, says));
        return None;
    }
    let mut accounts = NamedAccounts::default();
    for row in &csv.rows {
        let (Some(domain), Some(owner)) = (columns.cell(row, "domain"), columns.cell(row, "owner"))
        else {
            let says = "the row needs a domain and an owner";
            out.push(Diagnostic::error("missing-key", row[0].span, says));
            continue;
        };
        let days = columns.validity(row, "from", "until", out);
        let owner = Spanned::new(owner.text.clone(), owner.span);
        let Some(name) = self::domain(&domain.text) else {
            let says = "this is no domain";
            let help = "write it as in `acme.com`, without `https://` and without a path";
            out.push(Diagnostic::error("domain-unreadable", domain.span, says).help(help));
            continue;
        };
        accounts.add(NamedAccount { domain: name, owner, days }, domain.span, out);
    }
    (out.errors() == before).then_some(accounts)
}

/// A domain in small letters, without a dot at the end.
fn domain(text: &str) -> Option<String> {
    let domain = text.trim_end_matches('.').to_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let sound = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label);
    sound.then_some(domain)
}

canonical!(NamedAccounts { all });
canonical!(NamedAccount { domain, owner, days });
