//! What must fit across the files of a folder: names that one file gives and another uses.

use std::collections::BTreeMap;

use domain::handoff::Action;
use notation::{Diagnostic, Diagnostics, Spanned, nearest};

use super::Strategy;
use super::leavers;
use crate::destinations::{Step, Tell};
use crate::scene::Truth;
use crate::sla::{Act, CalendarOf, Slas};
use crate::team::Member;

/// Members that a message names.
const NAMES_SHOWN: usize = 3;

/// Tells of every name that one file uses and no file gives.
pub(super) fn check(strategy: &Strategy, out: &mut Diagnostics) {
    slas(strategy, out);
    decisions(strategy, out);
    team(strategy, out);
    owners(strategy, out);
    told(strategy, out);
    deadlines(strategy, out);
    queues(strategy, out);
    leavers::check(strategy, out);
}

/// Tells of queues whose owner leaves, or is on leave without an end: nobody works them then.
fn queues(strategy: &Strategy, out: &mut Diagnostics) {
    for queue in &strategy.routing.queues {
        let Some(owner) = strategy.team.member(&queue.owner.0) else { continue };
        let endless = owner.leave.iter().find(|leave| leave.days.until.is_none());
        let gone = match (owner.tenure.until, endless.and_then(|leave| leave.days.from)) {
            (Some(left), _) => format!("leaves on {left}"),
            (None, Some(from)) => format!("is on leave from {from} without an end"),
            (None, None) => continue,
        };
        let name = &queue.name.0;
        let says = format!("nobody works the queue `{name}`: its owner `{}` {gone}", owner.id);
        let help = "let somebody own it who stays; what is in it has a deadline";
        out.push(Diagnostic::warning("queue-unworked", queue.span, says).help(help));
    }
}

/// Tells of members who are told something and are not there, and of managers whom nobody has.
fn told(strategy: &Strategy, out: &mut Diagnostics) {
    for step in &strategy.destinations.steps {
        let Some(tell) = &step.tell else { continue };
        if let Tell::Member(member) = &tell.value {
            owner(&Spanned::new(member.0.to_string(), tell.span), strategy, false, out);
        }
    }
    let tells = |step: &&Step| step.tell.as_ref().is_some_and(|tell| tell.value == Tell::Manager);
    if let Some(tell) =
        strategy.destinations.steps.iter().find(tells).and_then(|step| step.tell.as_ref())
        && let Some(says) = unmanaged(strategy)
    {
        let help = "fill the column `manager` of team.csv with members' ids";
        out.push(Diagnostic::warning("nobody-told", tell.span, says).help(help));
    }
}

/// Who gets leads and has no manager: what is told to managers is told to nobody then.
fn unmanaged(strategy: &Strategy) -> Option<String> {
    let team = &strategy.team.members;
    if team.iter().all(|member| member.manager.is_none()) {
        return Some("nobody in team.csv has a manager, so that nobody is told".to_owned());
    }
    let in_a_pool = |at: usize| {
        let pools = strategy.routing.pools.iter().filter_map(|pool| pool.fixed.as_ref());
        pools.into_iter().any(|fixed| fixed[at] == Truth::Yes)
    };
    // Whoever leads others has nobody above them who would have to be named.
    let leads = |one: &Member| {
        team.iter()
            .any(|other| other.manager.as_ref().is_some_and(|manager| manager.value == *one.id.0))
    };
    let alone = team.iter().enumerate();
    let alone = alone.filter(|(_, member)| member.manager.is_none() && !leads(member));
    let alone = alone.filter(|(at, _)| in_a_pool(*at)).map(|(_, member)| member.id.0.as_str());
    let names: Vec<String> = alone.map(|id| format!("`{id}`")).collect();
    let shown = names.iter().take(NAMES_SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(NAMES_SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    (!names.is_empty()).then(|| {
        format!("nobody is told of leads of {shown}{more}: they are in a pool and have no manager")
    })
}

/// Tells of what is handed off without a deadline.
fn deadlines(strategy: &Strategy, out: &mut Diagnostics) {
    if let Some(sla) = &strategy.default_sla {
        sla_known(sla, strategy, out);
        return;
    }
    let table = &strategy.readiness.table;
    let sla = table.outputs.iter().position(|output| output == "sla");
    let decision = table.outputs.iter().position(|output| output == "decision");
    for (row, says) in table.rows.iter().zip(&strategy.readiness.rows) {
        if says.action != Action::HandOff || sla.is_some_and(|sla| row.says[sla].is_some()) {
            continue;
        }
        let said = decision.and_then(|decision| row.says[decision].as_ref());
        let says = "what this row hands off has no SLA class, so that nobody ever has to act";
        let help = "name a class of sla.yaml in the column `sla`, or write `default_sla: NAME` in \
                    strategy.yaml";
        let span = said.map_or(row.span, |said| said.span);
        out.push(Diagnostic::error("deadline-missing", span, says).help(help));
    }
}

fn slas(strategy: &Strategy, out: &mut Diagnostics) {
    for sla in &strategy.slas.classes {
        match &sla.calendar.value {
            CalendarOf::Named(name) if !strategy.calendars.contains_key(name) => {
                let name = Spanned::new(name.clone(), sla.calendar.span);
                calendar(&name, &strategy.calendars, &["owner", "team"], out);
            }
            CalendarOf::Named(name) => out.mark_used("calendar", name),
            CalendarOf::Owner | CalendarOf::Team => {}
        }
        for step in sla.lines() {
            let (what, code, name, known): (&'static str, _, &str, Vec<&str>) = match &step
                .act
                .value
            {
                Act::Pool(name) => {
                    let known = strategy.routing.pools.iter().map(|pool| pool.name.value.as_str());
                    ("pool", "pool-unknown", name.as_str(), known.collect())
                }
                Act::Queue(name) => {
                    let known = strategy.routing.queues.iter().map(|queue| queue.name.0.as_str());
                    ("queue", "queue-unknown", name, known.collect())
                }
                Act::Remind | Act::TellManager | Act::Reassign => continue,
            };
            if known.contains(&name) {
                out.mark_used(what, name);
            } else {
                let says = format!("there is no {what} `{name}`");
                let help = help(name, known, &format!("add it to `{what}s` in routing.yaml"));
                let told = Diagnostic::error(code, step.act.span, says).help(help);
                out.push(told.missing(what, name));
            }
        }
    }
}

fn decisions(strategy: &Strategy, out: &mut Diagnostics) {
    let table = &strategy.readiness.table;
    let Some(at) = table.outputs.iter().position(|output| output == "sla") else { return };
    for sla in table.rows.iter().filter_map(|row| row.says[at].as_ref()) {
        sla_known(sla, strategy, out);
    }
}

/// Takes down what the files give, before it is asked for.
pub(super) fn give(slas: &Slas, out: &mut Diagnostics) {
    for sla in &slas.classes {
        out.give("SLA class", &sla.name.value, sla.name.span);
    }
}

fn sla_known(sla: &Spanned<String>, strategy: &Strategy, out: &mut Diagnostics) {
    if strategy.slas.class(&sla.value).is_none() {
        let says = format!("there is no SLA `{}`", sla.value);
        let known = strategy.slas.classes.iter().map(|sla| sla.name.value.as_str());
        let help = help(&sla.value, known, "add it to sla.yaml");
        let told = Diagnostic::error("sla-unknown", sla.span, says).help(help);
        out.push(told.missing("SLA class", &sla.value));
    } else {
        out.mark_used("SLA class", &sla.value);
    }
}

fn team(strategy: &Strategy, out: &mut Diagnostics) {
    for member in &strategy.team.members {
        if let Some(name) = &member.calendar
            && !strategy.calendars.contains_key(&name.value)
        {
            calendar(name, &strategy.calendars, &[], out);
        } else if let Some(name) = &member.calendar {
            out.mark_used("calendar", &name.value);
        }
    }
}

fn owners(strategy: &Strategy, out: &mut Diagnostics) {
    for named in &strategy.named_accounts.all {
        owner(&named.owner, strategy, false, out);
    }
    for named in strategy.territories.owners() {
        owner(named, strategy, true, out);
    }
}

fn owner(name: &Spanned<String>, strategy: &Strategy, pools: bool, out: &mut Diagnostics) {
    let known = strategy.team.member(&name.value).is_some()
        || pools && strategy.routing.pool(&name.value).is_some();
    let pool = pools && strategy.routing.pool(&name.value).is_some();
    let kind = if pool { "pool" } else { "member" };
    if known {
        return out.mark_used(kind, &name.value);
    }
    // Long lists with nothing right in them are told shortly.
    if out.errors() > notation::diagnostic::KEPT_MAX {
        let told = Diagnostic::error("member-unknown", name.span, "nobody has this id");
        return out.push(told.missing("member", &name.value));
    }
    let says = if pools {
        format!("`{}` is neither in team.csv nor a pool", name.value)
    } else {
        format!("`{}` is not in team.csv", name.value)
    };
    let members = strategy.team.members.iter().map(|member| member.id.0.as_str());
    let known: Vec<&str> =
        strategy.routing.pools.iter().map(|pool| pool.name.value.as_str()).collect();
    let near = pools && nearest(&name.value, known.iter().copied()).is_some();
    let help = help(&name.value, members.chain(known), "write a member's id");
    let told = Diagnostic::error("member-unknown", name.span, says).help(help);
    out.push(told.missing(if near { "pool" } else { "member" }, &name.value));
}

/// Tells of a calendar that is not there; `also` may stand for one.
fn calendar<T>(
    name: &Spanned<String>,
    known: &BTreeMap<String, T>,
    also: &[&str],
    out: &mut Diagnostics,
) {
    let says = format!("there is no calendar `{}`", name.value);
    let add = format!("add calendars/{}.yaml", name.value);
    let known = known.keys().map(String::as_str).chain(also.iter().copied());
    let help = help(&name.value, known, &add);
    let told = Diagnostic::error("calendar-unknown", name.span, says).help(help);
    out.push(told.missing("calendar", &name.value));
}

fn help<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, add: &str) -> String {
    match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => add.to_owned(),
    }
}
