//! Territories and named accounts: who owns by where, and who owns by name.
//!
//! Territories are a tree. An empty cell inherits the parent's; the most specific territory wins
//! (the one with the most conditions, then the deepest), then the order of the file. Dates are
//! those of UTC: the first is in, the last is out.

mod gaps;
mod named;
mod read;

use std::sync::Arc;

use domain::{Moment, Value};
use jiff::civil::Date;
use notation::Spanned;
use rustc_hash::FxHashMap;

use crate::canonical::{Canonical, canonical};
pub use crate::columns::Validity;
use crate::columns::utc_date;

pub use named::{NamedAccount, NamedAccounts, parse_named};
pub use read::parse;

/// All territories.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Territories {
    /// In the order of the file.
    pub all: Vec<Territory>,
    /// Those with an owner, most specific first.
    ranked: Vec<usize>,
    /// Places in `ranked` by country in capitals; those of every country apart.
    by_country: FxHashMap<String, Vec<u32>>,
    anywhere: Vec<u32>,
}

/// A territory, with what it inherits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Territory {
    /// Its name; several rows may share it where their dates do not meet.
    pub name: Spanned<String>,
    /// The territory above.
    pub parent: Option<Spanned<String>>,
    /// How many territories are above.
    pub depth: u16,
    /// Countries, as the accounts have them, in capitals; every one without.
    pub countries: Arc<[String]>,
    /// Regions in small letters; every one without.
    pub regions: Arc<[String]>,
    /// Postcodes; every one without.
    pub postcodes: Arc<[Postcode]>,
    /// How many employees; any number without.
    pub employees: Option<Employees>,
    /// From when until when.
    pub days: Validity,
    /// A member's id or a pool's name; none for a territory that only groups others.
    pub owner: Option<Spanned<String>>,
}

/// Postcodes of a territory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Postcode {
    /// This one, or with a `*` behind it all that begin so.
    Begins {
        /// The text in capitals.
        text: String,
        /// Whether more may follow.
        open: bool,
    },
    /// From one to the other, both in; of one length, so that `10000-19999` has no `1500`.
    Between(String, String),
}

/// How many employees: both in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Employees {
    /// At least.
    pub least: i64,
    /// At most; any number above without.
    pub most: Option<i64>,
}

/// What is known of an account's place. What is not known meets no condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place<'a> {
    /// The value of `account.country`.
    pub country: Option<&'a str>,
    /// The value of `account.region`.
    pub region: Option<&'a str>,
    /// The value of `account.postcode`.
    pub postcode: Option<&'a str>,
    /// The value of `account.employees`.
    pub employees: Option<i64>,
}

impl<'a> Place<'a> {
    /// Takes what is needed out of an account's fields: `country`, `region`, `postcode`,
    /// `employees`.
    pub fn of(field: impl Fn(&'static str) -> Option<&'a Value>) -> Self {
        let text = |name| field(name).and_then(Value::text).map(str::trim);
        let employees = field("employees").and_then(Value::decimal);
        Self {
            country: text("country"),
            region: text("region"),
            postcode: text("postcode"),
            employees: employees.and_then(|count| count.trunc().try_into().ok()),
        }
    }
}

impl Territories {
    /// The territory that an account is in at a moment.
    pub fn find<'a>(
        &self,
        field: impl Fn(&'static str) -> Option<&'a Value>,
        moment: Moment,
    ) -> Option<&Territory> {
        self.find_place(&Place::of(field), utc_date(moment))
    }

    /// The territory of a place on a date.
    pub fn find_place(&self, place: &Place<'_>, date: Date) -> Option<&Territory> {
        let here = place.country.and_then(|country| self.of_country(country)).unwrap_or(&[]);
        let (mut here, mut anywhere) = (here, self.anywhere.as_slice());
        // Both are in order of rank: the better head is looked at first.
        loop {
            let rank = match (here.first(), anywhere.first()) {
                (Some(one), Some(other)) if one < other => take(&mut here),
                (Some(_), None) => take(&mut here),
                (_, Some(_)) => take(&mut anywhere),
                (None, None) => return None,
            };
            let territory = &self.all[self.ranked[rank as usize]];
            if territory.holds(place, date) {
                return Some(territory);
            }
        }
    }

    /// Every owner that is named, with its place.
    pub fn owners(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.all.iter().filter_map(|territory| territory.owner.as_ref())
    }

    /// Who owns each territory, and for which days.
    pub(crate) fn owned(&self) -> impl Iterator<Item = (&Spanned<String>, &Validity)> {
        self.all.iter().filter_map(|known| Some((known.owner.as_ref()?, &known.days)))
    }

    fn of_country(&self, country: &str) -> Option<&[u32]> {
        const LONG: usize = 64;
        let mut capitals = [0_u8; LONG];
        let capitals = capitals.get_mut(..country.len())?;
        capitals.copy_from_slice(country.as_bytes());
        capitals.make_ascii_uppercase();
        let capitals = std::str::from_utf8(capitals).ok()?;
        self.by_country.get(capitals).map(Vec::as_slice)
    }

    /// Puts those with an owner in order and finds them by country.
    fn rank(all: Vec<Territory>) -> Self {
        let mut ranked: Vec<usize> = (0..all.len()).filter(|at| all[*at].owner.is_some()).collect();
        ranked.sort_by_key(|at| {
            let territory = &all[*at];
            (std::cmp::Reverse(territory.rank()), *at)
        });
        let mut by_country: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        let mut anywhere = Vec::new();
        for (rank, at) in (0_u32..).zip(&ranked) {
            let countries = &all[*at].countries;
            for country in countries.iter() {
                by_country.entry(country.clone()).or_default().push(rank);
            }
            if countries.is_empty() {
                anywhere.push(rank);
            }
        }
        Self { all, ranked, by_country, anywhere }
    }
}

fn take(ranks: &mut &[u32]) -> u32 {
    let rank = ranks[0];
    *ranks = &ranks[1..];
    rank
}

impl Territory {
    /// How specific it is: conditions first, then depth.
    fn rank(&self) -> (u8, u16) {
        let conditions = u8::from(!self.countries.is_empty())
            + u8::from(!self.regions.is_empty())
            + u8::from(!self.postcodes.is_empty())
            + u8::from(self.employees.is_some());
        (conditions, self.depth)
    }

    /// Whether a place lies in it on a date.
    pub fn holds(&self, place: &Place<'_>, date: Date) -> bool {
        self.days.holds(date)
            && one_of(&self.countries, place.country)
            && one_of(&self.regions, place.region)
            && self.holds_postcode(place.postcode)
            && self.employees.is_none_or(|bounds| place.employees.is_some_and(|n| bounds.hold(n)))
    }

    fn holds_postcode(&self, postcode: Option<&str>) -> bool {
        self.postcodes.is_empty()
            || postcode.is_some_and(|code| self.postcodes.iter().any(|known| known.holds(code)))
    }
}

fn one_of(known: &[String], text: Option<&str>) -> bool {
    known.is_empty()
        || text.is_some_and(|text| known.iter().any(|known| known.eq_ignore_ascii_case(text)))
}

impl Postcode {
    /// Whether it has this postcode. Blanks and hyphens are not counted.
    fn holds(&self, code: &str) -> bool {
        let letters = || code.bytes().filter(|b| *b != b' ' && *b != b'-');
        let letters = || letters().map(|byte| byte.to_ascii_uppercase());
        match self {
            Self::Begins { text, open } => {
                let mut rest = letters();
                text.bytes().all(|byte| rest.next() == Some(byte))
                    && (*open || rest.next().is_none())
            }
            Self::Between(first, last) => {
                letters().count() == first.len()
                    && letters().ge(first.bytes())
                    && letters().le(last.bytes())
            }
        }
    }
}

impl Employees {
    /// Whether a number is in it.
    pub fn hold(&self, count: i64) -> bool {
        self.least <= count && self.most.is_none_or(|most| count <= most)
    }
}

canonical!(Territories { all });
canonical!(Territory {
    name,
    parent,
    depth,
    countries,
    regions,
    postcodes,
    employees,
    days,
    owner
});
canonical!(Employees { least, most });

impl Canonical for Postcode {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Begins { text, open } => {
                (0_u8, (text, *open)).canonical(out);
            }
            Self::Between(first, last) => (1_u8, (first, last)).canonical(out),
        }
    }
}
