//! Pools that do something else than they look like: weights that count for nothing, and days on which
//! everybody is away.

use std::collections::BTreeSet;

use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics};
use rust_decimal::Decimal;

use crate::columns::Validity;
use crate::routing::{Method, Otherwise, Pool, Routing};
use crate::team::{Member, Team};

/// Members that a message names.
const NAMES_SHOWN: usize = 3;

/// Tells of pools whose weights count for nothing, and of days on which nobody of a pool is there. What lies
/// before `today` is over.
pub(super) fn tell(team: &Team, routing: &Routing, today: Option<Date>, out: &mut Diagnostics) {
    weights(team, routing, out);
    for pool in &routing.pools {
        // Nobody is away who is on leave while another pool, or another route, gets the lead.
        if matches!(pool.all_away, Otherwise::Hold | Otherwise::IgnoreHours) {
            away(pool, team, today, out);
        }
    }
}

/// Tells of the first pool in which a weight of its members counts for nothing, and in no other pool either.
fn weights(team: &Team, routing: &Routing, out: &mut Diagnostics) {
    let counts = |method: Method| match method {
        Method::Weighted => true,
        Method::InTurn | Method::LeastOpenWork => false,
    };
    // Whose pool depends on the lead may be in any of them.
    let open = routing.pools.iter().any(|pool| counts(pool.method) && pool.fixed.is_none());
    let weighed = routing.pools.iter().filter(|pool| counts(pool.method));
    let weighed: BTreeSet<&str> =
        weighed.flat_map(|pool| pool.sure_members(team)).map(|member| &*member.id.0).collect();
    for pool in routing.pools.iter().filter(|pool| !open && !counts(pool.method)) {
        let idle = pool.sure_members(team).filter(|member| {
            let weighs = member.field("weight").is_some() && member.weight != Decimal::ONE;
            weighs && !weighed.contains(&*member.id.0)
        });
        let idle: Vec<&Member> = idle.collect();
        let Some(first) = idle.first() else { continue };
        let says = format!(
            "the weight of {} counts for nothing: the pool `{}` gives `{}`, and no pool of theirs is `weighted`",
            named(&idle),
            pool.name.value,
            pool.method.as_str()
        );
        let help = "write `method: weighted` at the pool, or take the weights out of team.csv";
        let told = Diagnostic::warning("weight-unused", pool.name.span, says).help(help);
        return out.push(told.elsewhere(first.span, "the first such weight stands"));
    }
}

/// Tells of the first days on which everybody of a pool is on leave.
fn away(pool: &Pool, team: &Team, today: Option<Date>, out: &mut Diagnostics) {
    let all: Vec<&Member> = pool.sure_members(team).collect();
    let Some(days) = together(&all, today) else { return };
    let until = match days.until {
        Some(until) => format!("until {}", until.yesterday().unwrap_or(until)),
        None => "without an end".to_owned(),
    };
    let from = days.from.map_or_else(String::new, |from| format!("from {from} "));
    let whose = match &all[..] {
        [one] => format!("`{}`, the only member of the pool `{}`,", one.id, pool.name.value),
        _ => format!("everybody of the pool `{}` ({})", pool.name.value, named(&all)),
    };
    let says = format!("{whose} is on leave {from}{until}: what comes waits till then");
    let help = "widen the pool, or write `all_away: pool NAME` or `all_away: next route` at it; deadlines \
                go on meanwhile";
    out.push(Diagnostic::warning("pool-away", pool.name.span, says).help(help));
}

/// The first days, not over today, on which all of these are on leave or not in the team.
fn together(members: &[&Member], today: Option<Date>) -> Option<Validity> {
    // Where it begins, somebody's leave begins.
    let mut begins: Vec<Option<Date>> =
        members.iter().flat_map(|member| &member.leave).map(|leave| leave.days.from).collect();
    begins.sort_unstable();
    begins.dedup();
    let over = |days: &Validity| today.zip(days.until).is_some_and(|(today, until)| until <= today);
    begins.into_iter().flatten().filter_map(|from| all_from(members, from)).find(|days| !over(days))
}

/// The days from a date on which all are on leave, where they are on that date.
fn all_from(members: &[&Member], date: Date) -> Option<Validity> {
    // Who has left, or has not come yet, is not there either; that the pool has nobody then is told elsewhere.
    let there = members.iter().filter(|member| member.tenure.holds(date));
    let ends = there.map(|member| {
        let leave = member.leave.iter().find(|leave| leave.days.holds(date))?;
        Some(Validity { from: Some(date), until: last_day(member, leave.days.until) })
    });
    let ends: Vec<Validity> = ends.collect::<Option<_>>()?;
    ends.into_iter().min_by_key(|days| (days.until.is_none(), days.until))
}

/// The first day after a leave that is no day of another leave of theirs.
fn last_day(member: &Member, until: Option<Date>) -> Option<Date> {
    let mut until = until?;
    for _ in 0..member.leave.len() {
        let Some(next) = member.leave.iter().find(|leave| leave.days.holds(until)) else { break };
        until = next.days.until?;
    }
    Some(until)
}

fn named(members: &[&Member]) -> String {
    let shown: Vec<String> =
        members.iter().take(NAMES_SHOWN).map(|member| format!("`{}`", member.id)).collect();
    let more = match members.len().saturating_sub(NAMES_SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}
