//! What the territories leave open, and where two of them claim the same.

use std::collections::BTreeMap;

use notation::{Diagnostic, Diagnostics};

use super::{Employees, Postcode, Territory};

/// Pairs that are compared; a file that needs more is large, and its overlaps are told in part.
const PAIRS_MAX: usize = 200_000;

/// Warns of overlaps, of holes between ranges of employees, and of territories without an owner.
pub(super) fn warn(all: &[Territory], parents: &[Option<usize>], out: &mut Diagnostics) {
    overlaps(all, out);
    holes(all, parents, out);
    without_owner(all, parents, out);
}

/// Two that are equally specific and claim the same: the order of the file decides.
fn overlaps(all: &[Territory], out: &mut Diagnostics) {
    let mut equals: BTreeMap<(u8, u16), Vec<&Territory>> = BTreeMap::new();
    for territory in all.iter().filter(|territory| territory.owner.is_some()) {
        equals.entry(territory.rank()).or_default().push(territory);
    }
    let mut pairs = 0;
    for group in equals.values() {
        for (at, earlier) in group.iter().enumerate() {
            for later in &group[at + 1..] {
                pairs += 1;
                if pairs > PAIRS_MAX {
                    return;
                }
                if claim_the_same(earlier, later) {
                    overlap(earlier, later, out);
                }
            }
        }
    }
}

fn overlap(earlier: &Territory, later: &Territory, out: &mut Diagnostics) {
    let says =
        format!("`{}` claims accounts that `{}` claims too", later.name.value, earlier.name.value);
    let help = format!("`{}` wins, since it stands first", earlier.name.value);
    out.push(Diagnostic::warning("territory-overlap", later.name.span, says).help(help));
}

fn claim_the_same(one: &Territory, other: &Territory) -> bool {
    let owner = |of: &Territory| of.owner.as_ref().map(|owner| owner.value.clone());
    one.days.meets(&other.days)
        && share(&one.countries, &other.countries)
        && share(&one.regions, &other.regions)
        && postcodes_meet(&one.postcodes, &other.postcodes)
        && employees_meet(one.employees, other.employees)
        && owner(one) != owner(other)
}

/// Whether two conditions, each in order, have an entry in common; an empty one has them all.
fn share(one: &[String], other: &[String]) -> bool {
    let (mut a, mut b) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(first), Some(second)) = (a.peek(), b.peek()) {
        match first.cmp(second) {
            std::cmp::Ordering::Less => a.next(),
            std::cmp::Ordering::Greater => b.next(),
            std::cmp::Ordering::Equal => return true,
        };
    }
    one.is_empty() || other.is_empty()
}

fn employees_meet(one: Option<Employees>, other: Option<Employees>) -> bool {
    let below = |a: Employees, b: Employees| b.most.is_none_or(|most| a.least <= most);
    one.zip(other).is_none_or(|(one, other)| below(one, other) && below(other, one))
}

fn postcodes_meet(one: &[Postcode], other: &[Postcode]) -> bool {
    const MANY: usize = 50;
    one.is_empty()
        || other.is_empty()
        || one.iter().take(MANY).any(|a| other.iter().take(MANY).any(|b| meet(a, b)))
}

/// Whether two conditions have a postcode in common.
fn meet(one: &Postcode, other: &Postcode) -> bool {
    match (one, other) {
        (Postcode::Begins { text: a, open: true }, Postcode::Begins { text: b, open: true }) => {
            a.starts_with(b.as_str()) || b.starts_with(a.as_str())
        }
        (Postcode::Begins { text, open: false }, known)
        | (known, Postcode::Begins { text, open: false }) => known.holds(text),
        (Postcode::Begins { text, open: true }, Postcode::Between(first, last))
        | (Postcode::Between(first, last), Postcode::Begins { text, open: true }) => {
            let within = |bound: &str| bound.get(..text.len()).map(|cut| cut.cmp(text));
            within(first).is_some_and(std::cmp::Ordering::is_le)
                && within(last).is_some_and(std::cmp::Ordering::is_ge)
        }
        (Postcode::Between(a, b), Postcode::Between(c, d)) => {
            a.len() == c.len() && a <= d && c <= b
        }
    }
}

/// Siblings that differ by employees alone, with numbers between them that nobody has.
fn holes(all: &[Territory], parents: &[Option<usize>], out: &mut Diagnostics) {
    let mut siblings: BTreeMap<(Option<usize>, String), Vec<&Territory>> = BTreeMap::new();
    for (territory, parent) in all.iter().zip(parents) {
        let place =
            format!("{:?}{:?}{:?}", territory.countries, territory.regions, territory.postcodes);
        siblings.entry((*parent, place)).or_default().push(territory);
    }
    for ((parent, _), mut group) in siblings {
        let caught = parent.is_some_and(|parent| all[parent].owner.is_some())
            || group.iter().any(|territory| territory.employees.is_none());
        if caught {
            continue;
        }
        group.sort_by_key(|territory| territory.employees.map(|employees| employees.least));
        let mut reached: Option<i64> = None;
        for territory in group {
            let Some(employees) = territory.employees else { continue };
            if let Some(reached) = reached
                && employees.least > reached.saturating_add(1)
            {
                let says = format!(
                    "nobody has accounts with {} to {} employees here",
                    reached + 1,
                    employees.least - 1
                );
                let help = "widen a range, or add a territory without one";
                let told = Diagnostic::warning("territory-gap", territory.name.span, says);
                out.push(told.help(help));
            }
            let most = employees.most.unwrap_or(i64::MAX);
            reached = Some(reached.map_or(most, |reached| reached.max(most)));
        }
    }
}

/// A territory with nobody below it and nobody to own it finds nobody.
fn without_owner(all: &[Territory], parents: &[Option<usize>], out: &mut Diagnostics) {
    let mut has_child = vec![false; all.len()];
    for parent in parents.iter().flatten() {
        has_child[*parent] = true;
    }
    for (territory, _) in
        all.iter().zip(has_child).filter(|(one, parent)| one.owner.is_none() && !parent)
    {
        let says = format!("`{}` has no owner, and none above it", territory.name.value);
        let help = "fill `owner_or_pool` with a member's id or a pool's name";
        out.push(
            Diagnostic::warning("territory-without-owner", territory.name.span, says).help(help),
        );
    }
}
