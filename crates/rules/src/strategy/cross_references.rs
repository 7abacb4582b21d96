//! What must fit across the files of a folder: names that one file gives and another uses.

use std::collections::BTreeSet;

use domain::handoff::Action;
use notation::{Diagnostic, Diagnostics, Spanned, nearest};

use super::leavers;
use super::parts::Parts;
use crate::brief::Briefing;
use crate::destinations::{Destinations, PURPOSES, Step, Tell};
use crate::routing::{Routing, Target};
use crate::scene::Truth;
use crate::sla::{Act, CalendarOf, Slas};
use crate::team::{Member, Team};

/// Members that a message names.
const NAMES_SHOWN: usize = 3;

/// Tells of every name that one file uses and no file gives.
pub(super) fn check(parts: &Parts<'_>, out: &mut Diagnostics) {
    slas(parts, out);
    deadlines(parts, out);
    if let Some(team) = parts.team {
        calendars(team, parts, out);
        owners(team, parts, out);
        told(team, parts, out);
        if let Some(routing) = parts.routing {
            queues(team, routing, out);
        }
        leavers::check(team, parts, out);
    }
}

/// Tells of purposes of destinations that nothing may be read for.
pub(super) fn purposes(destinations: &Destinations, brief: &Briefing, out: &mut Diagnostics) {
    let manners = destinations.manners.iter();
    for purpose in manners.filter_map(|manner| manner.purpose.as_ref()) {
        let known = || PURPOSES.into_iter().chain(brief.purposes());
        if known().any(|known| known == purpose.value) {
            continue;
        }
        let says = format!("nothing is read for the purpose `{}`", purpose.value);
        let help = match nearest(&purpose.value, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write a purpose of `personal` in brief.yaml, as in `sales`".to_owned(),
        };
        out.push(Diagnostic::error("unknown-word", purpose.span, says).help(help));
    }
}

/// Tells of queues whose owner leaves, or is on leave without an end: nobody works them then.
fn queues(team: &Team, routing: &Routing, out: &mut Diagnostics) {
    for queue in &routing.queues {
        let Some(owner) = team.member(&queue.owner.0) else { continue };
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
fn told(team: &Team, parts: &Parts<'_>, out: &mut Diagnostics) {
    let Some(destinations) = parts.destinations else { return };
    for step in &destinations.steps {
        let Some(tell) = &step.tell else { continue };
        if let Tell::Member(member) = &tell.value {
            owner(&Spanned::new(member.0.to_string(), tell.span), team, None, out);
        }
    }
    let tells = |step: &&Step| step.tell.as_ref().is_some_and(|tell| tell.value == Tell::Manager);
    if let Some(tell) = destinations.steps.iter().find(tells).and_then(|step| step.tell.as_ref())
        && let Some(says) = unmanaged(team, parts.routing)
    {
        let help = "fill the column `manager` of team.csv with members' ids";
        out.push(Diagnostic::warning("nobody-told", tell.span, says).help(help));
    }
}

/// Who gets leads and has no manager: what is told to managers is told to nobody then.
fn unmanaged(team: &Team, routing: Option<&Routing>) -> Option<String> {
    let team = &team.members;
    if team.iter().all(|member| member.manager.is_none()) {
        return Some("nobody in team.csv has a manager, so that nobody is told".to_owned());
    }
    // Of a manager who has no row it was told, and who is misspelt leads others after all.
    let ids: BTreeSet<&str> = team.iter().map(|member| &*member.id.0).collect();
    if team.iter().filter_map(|member| member.manager.as_ref()).any(|id| !ids.contains(&*id.value))
    {
        return None;
    }
    let pools = || routing.into_iter().flat_map(|routing| &routing.pools);
    let in_a_pool = |at: usize| {
        pools().filter_map(|pool| pool.fixed.as_ref()).any(|fixed| fixed[at] == Truth::Yes)
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

/// Tells of classes that are not there, and of what is handed off without a deadline.
fn deadlines(parts: &Parts<'_>, out: &mut Diagnostics) {
    if let Some(slas) = parts.slas {
        decisions(slas, parts, out);
    }
    let (true, None, Some(readiness)) = (parts.head_read, parts.default_sla, parts.readiness)
    else {
        return;
    };
    let table = &readiness.table;
    let sla = table.outputs.iter().position(|output| output == "sla");
    let decision = table.outputs.iter().position(|output| output == "decision");
    for (row, says) in table.rows.iter().zip(&readiness.rows) {
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

fn slas(parts: &Parts<'_>, out: &mut Diagnostics) {
    let Some(slas) = parts.slas else { return };
    for sla in &slas.classes {
        match &sla.calendar.value {
            CalendarOf::Named(name) if !parts.calendars.contains(name.as_str()) => {
                let name = Spanned::new(name.clone(), sla.calendar.span);
                calendar(&name, parts.calendars, &["owner", "team"], out);
            }
            CalendarOf::Named(name) => out.mark_used("calendar", name),
            CalendarOf::Owner | CalendarOf::Team => {}
        }
        let Some(routing) = parts.routing else { continue };
        for step in sla.lines() {
            let (what, code, name, known): (&'static str, _, &str, Vec<&str>) =
                match &step.act.value {
                    Act::Pool(name) => {
                        let known = routing.pools.iter().map(|pool| pool.name.value.as_str());
                        ("pool", "pool-unknown", name.as_str(), known.collect())
                    }
                    Act::Queue(name) => {
                        let known = routing.queues.iter().map(|queue| queue.name.0.as_str());
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

fn decisions(slas: &Slas, parts: &Parts<'_>, out: &mut Diagnostics) {
    if let Some(sla) = parts.default_sla {
        sla_known(sla, slas, out);
    }
    let Some(table) = parts.readiness.map(|readiness| &readiness.table) else { return };
    let Some(at) = table.outputs.iter().position(|output| output == "sla") else { return };
    for sla in table.rows.iter().filter_map(|row| row.says[at].as_ref()) {
        sla_known(sla, slas, out);
    }
}

/// Takes down what the files give, before it is asked for.
pub(super) fn give(slas: &Slas, out: &mut Diagnostics) {
    for sla in &slas.classes {
        out.give("SLA class", &sla.name.value, sla.name.span);
    }
}

fn sla_known(sla: &Spanned<String>, slas: &Slas, out: &mut Diagnostics) {
    if slas.class(&sla.value).is_none() {
        let says = format!("there is no SLA `{}`", sla.value);
        let known = slas.classes.iter().map(|sla| sla.name.value.as_str());
        let help = help(&sla.value, known, "add it to sla.yaml");
        let told = Diagnostic::error("sla-unknown", sla.span, says).help(help);
        out.push(told.missing("SLA class", &sla.value));
    } else {
        out.mark_used("SLA class", &sla.value);
    }
}

fn calendars(team: &Team, parts: &Parts<'_>, out: &mut Diagnostics) {
    for name in team.members.iter().filter_map(|member| member.calendar.as_ref()) {
        if parts.calendars.contains(name.value.as_str()) {
            out.mark_used("calendar", &name.value);
        } else {
            calendar(name, parts.calendars, &[], out);
        }
    }
}

fn owners(team: &Team, parts: &Parts<'_>, out: &mut Diagnostics) {
    for named in parts.named_accounts.iter().flat_map(|accounts| &accounts.all) {
        owner(&named.owner, team, None, out);
    }
    for route in parts.routing.iter().flat_map(|routing| &routing.routes) {
        let Target::Person { id, .. } = &route.to else { continue };
        if let Some(named) = id.constant_text() {
            owner(&Spanned { value: named.to_owned(), span: id.span() }, team, None, out);
        }
    }
    // What is no member may be a pool, which nobody knows where the pools could not be read.
    let (Some(territories), Some(routing)) = (parts.territories, parts.routing) else { return };
    if routing.pools.is_empty() && out.errors() > 0 {
        return;
    }
    for named in territories.owners() {
        owner(named, team, Some(routing), out);
    }
}

/// Tells of an owner who is not there; where there is a routing, a pool may own too.
fn owner(name: &Spanned<String>, team: &Team, pools: Option<&Routing>, out: &mut Diagnostics) {
    let pool = pools.is_some_and(|routing| routing.pool(&name.value).is_some());
    if pool || team.member(&name.value).is_some() {
        return out.mark_used(if pool { "pool" } else { "member" }, &name.value);
    }
    // Long lists with nothing right in them are told shortly.
    if out.errors() > notation::diagnostic::KEPT_MAX {
        let told = Diagnostic::error("member-unknown", name.span, "nobody has this id");
        return out.push(told.missing("member", &name.value));
    }
    let says = match pools {
        Some(_) => format!("`{}` is neither in team.csv nor a pool", name.value),
        None => format!("`{}` is not in team.csv", name.value),
    };
    let members = team.members.iter().map(|member| member.id.0.as_str());
    let known: Vec<&str> = pools
        .into_iter()
        .flat_map(|routing| &routing.pools)
        .map(|pool| pool.name.value.as_str())
        .collect();
    let near = nearest(&name.value, known.iter().copied()).is_some();
    let help = help(&name.value, members.chain(known), "write a member's id");
    let told = Diagnostic::error("member-unknown", name.span, says).help(help);
    out.push(told.missing(if near { "pool" } else { "member" }, &name.value));
}

/// Tells of a calendar that is not there; `also` may stand for one.
fn calendar(name: &Spanned<String>, known: &BTreeSet<&str>, also: &[&str], out: &mut Diagnostics) {
    let says = format!("there is no calendar `{}`", name.value);
    let add = format!("add calendars/{}.yaml", name.value);
    let known = known.iter().chain(also).copied();
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
