//! What names members who leave: accounts and territories that then have no owner, and pools to which
//! nobody belongs then.

use jiff::civil::Date;
use notation::{Diagnostic, Diagnostics, Spanned};

use super::parts::Parts;
use crate::columns::Validity;
use crate::routing::Routing;
use crate::team::{Member, Team};

/// Tells of accounts, territories and pools whose members leave and have nobody to take over.
pub(super) fn check(team: &Team, parts: &Parts<'_>, out: &mut Diagnostics) {
    for named in parts.named_accounts.iter().flat_map(|accounts| &accounts.all) {
        let says =
            |left| format!("`{}` leaves on {left} and still owns this account", named.owner.value);
        owner(&named.owner, &named.days, team, says, out);
    }
    for (name, days) in parts.territories.iter().flat_map(|territories| territories.owned()) {
        let says =
            |left| format!("`{}` leaves on {left} and still owns this territory", name.value);
        owner(name, days, team, says, out);
    }
    if let Some(routing) = parts.routing {
        pools(team, routing, out);
    }
}

fn owner(
    name: &Spanned<String>,
    days: &Validity,
    team: &Team,
    says: impl Fn(Date) -> String,
    out: &mut Diagnostics,
) {
    let Some(member) = team.member(&name.value) else { return };
    let Some(left) = member.tenure.until else { return };
    let ends_before = days.until.is_some_and(|until| until <= left);
    if ends_before || team.successor(&member.id.0, |next| stays(next, left)).is_some() {
        return;
    }
    let help = format!(
        "give `{}` a successor in team.csv, write another owner here, or end the row with `until`; till \
         then later routes find somebody",
        member.id
    );
    out.push(Diagnostic::warning("owner-leaves", name.span, says(left)).help(help));
}

/// Tells of pools whose members have all left by some date.
fn pools(team: &Team, routing: &Routing, out: &mut Diagnostics) {
    for pool in &routing.pools {
        let members = pool.sure_members(team);
        let Some(last) =
            members.map(|member| member.tenure.until).max_by_key(|left| never_last(*left))
        else {
            continue;
        };
        let Some(left) = last else { continue };
        let says = format!(
            "nobody is left in the pool `{}` from {left} on: all of it have left",
            pool.name.value
        );
        let help = "widen the condition, or add members who stay; till then its leads go on to the next \
                    route";
        out.push(Diagnostic::warning("pool-leaves", pool.members.span(), says).help(help));
    }
}

/// Whoever never leaves comes after whoever does.
fn never_last(left: Option<Date>) -> (bool, Option<Date>) {
    (left.is_none(), left)
}

/// Whether somebody is in the team on a date, as far as the dates of `team.csv` say.
fn stays(member: &Member, date: Date) -> bool {
    member.tenure.until.is_none_or(|left| date < left)
}
