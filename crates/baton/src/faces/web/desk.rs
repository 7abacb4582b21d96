//! `GET /desk`: who can take a lead now, who is owed, and who waits.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::Moment;
use pages::Href;
use pages::desk::{DeskView, MemberView, PoolView, WaitingView};
use pages::parts::Tone;
use rules::Strategy;

use super::moments;
use super::shell::{Here, Page};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::{Query, escape_query};
use crate::faces::api::reading;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::team::{MemberStanding, PoolStanding, WaitingLead};

/// Leads of each line that are listed.
const WAITING_MAX: usize = 20;

/// Shows it: all pools, or one.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let query = Query::of_page(request.uri(), &["pool"])?;
    let pool = query.text("pool")?;
    reader.require(Action::ReadDesk)?;
    let (now, strategy) = (clock::now(), app.shared.strategy());
    if let Some(name) = &pool {
        know_pool(name, strategy.as_deref())?;
    }
    let found = reading::read(&app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        let team = service.team(now)?;
        Ok(service.lines(WAITING_MAX)?.map(|lines| (team.unwrap_or_default(), lines)))
    });
    let (team, lines) = reading::recorded(&app, reader.caller().id, found.await?).await?;
    let ledger = |member: &str| ledger_of(&reader, member);
    let view = view(&team, &lines, pool.as_deref(), (strategy.as_deref(), now), ledger);
    let page = Page::for_reader(&app, &reader, Here::Desk);
    Ok(page.show(&app, "Desk", &pages::desk::page(&view)).await)
}

/// A pool that the strategy in force does not have is nowhere.
fn know_pool(name: &str, strategy: Option<&Strategy>) -> Result<(), Problem> {
    let Some(strategy) = strategy else {
        let says = "no strategy is in force, so that there are no pools";
        return Err(Problem::new(404, "pool-unknown", says));
    };
    let pools: Vec<&str> =
        strategy.routing.pools.iter().map(|pool| pool.name.value.as_str()).collect();
    if pools.contains(&name) {
        return Ok(());
    }
    let says = match pools.as_slice() {
        [] => "the strategy in force has no pools".to_owned(),
        pools => {
            let pools = pools.join(", ");
            format!("the strategy in force has no pool of this name; there are {pools}")
        }
    };
    Err(Problem::new(404, "pool-unknown", says))
}

fn view(
    team: &[MemberStanding],
    lines: &[WaitingLead],
    pool: Option<&str>,
    (strategy, now): (Option<&Strategy>, Moment),
    ledger: impl Fn(&str) -> Option<Href>,
) -> DeskView {
    let in_pool = |member: &&MemberStanding| {
        pool.is_none_or(|name| member.pools.iter().any(|pool| pool.pool == name))
    };
    let mut members: Vec<(bool, MemberView)> = team
        .iter()
        .filter(in_pool)
        .map(|member| {
            let href = ledger(&member.member);
            let view = MemberView { href, ..member_view(member, pool, strategy, now) };
            (is_free(member, pool), view)
        })
        .collect();
    // Who can take a lead now stands first, and of them who is owed the most.
    members.sort_by(|(free, one), (other_free, other)| {
        other_free.cmp(free).then(other.owed.total_cmp(&one.owed)).then(one.name.cmp(&other.name))
    });
    let free = members.iter().filter(|(free, _)| *free).count() as u64;
    let waiting: Vec<&WaitingLead> =
        lines.iter().filter(|lead| pool.is_none_or(|name| lead.pool == name)).collect();
    let method = pool.and_then(|name| method_of(name, strategy));
    let says = [
        method,
        Some(pages::text::count(members.len() as u64, "member", "members")),
        Some(format!("{} can take a lead now", pages::text::thousands(free))),
    ];
    let waits = match waiting.len() {
        0 => "Nothing waits.".to_owned(),
        some => format!("{}.", pages::text::count(some as u64, "lead waits", "leads wait")),
    };
    DeskView {
        title: pool.map_or_else(|| "Desk".to_owned(), |name| format!("Desk: {name}")),
        says: format!("{}. {waits}", says.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        members: members.into_iter().map(|(_, member)| member).collect(),
        pools: pool_views(team, lines, pool, strategy),
        waiting: waiting.iter().take(WAITING_MAX).map(|lead| waiting_view(lead, now)).collect(),
        more_waiting: waiting.len().saturating_sub(WAITING_MAX) as u64,
    }
}

/// Why a member's count is what it is, for who may read that.
fn ledger_of(reader: &SignedIn, member: &str) -> Option<Href> {
    let may = reader.member.as_deref() == Some(member) || reader.may(Action::ReadLedgers);
    may.then(|| Href::to(format!("/ledger?member={}", escape_query(member))))
}

fn method_of(name: &str, strategy: Option<&Strategy>) -> Option<String> {
    use engine::names::Names as _;
    strategy?.method(name).map(str::to_owned)
}

/// The standings that are looked at: of one pool, or of all.
fn looked_at<'m>(
    member: &'m MemberStanding,
    pool: Option<&str>,
) -> impl Iterator<Item = &'m PoolStanding> + use<'m> {
    let pool = pool.map(str::to_owned);
    member.pools.iter().filter(move |one| pool.as_deref().is_none_or(|name| one.pool == name))
}

/// Whether somebody can take a lead of a pool now, or of any.
pub(super) fn is_free(member: &MemberStanding, pool: Option<&str>) -> bool {
    member.away.is_none() && looked_at(member, pool).any(|one| one.capped.is_none())
}

/// Whether somebody can take a lead of a pool now, or of any, as a word; and until when they cannot.
pub(super) fn now_in_words(
    member: &MemberStanding,
    pool: Option<&str>,
) -> (String, Tone, Option<Moment>) {
    let capped = || looked_at(member, pool).find_map(|one| Some((one.capped?, one.room)));
    match (member.away, capped()) {
        (Some(away), _) => (away.replace('-', " "), Tone::Plain, member.until),
        (None, None) if is_free(member, pool) => ("available".to_owned(), Tone::Good, None),
        (None, Some((cap, _))) if is_free(member, pool) => {
            let full = looked_at(member, pool).filter(|one| one.capped.is_some());
            let full: Vec<&str> = full.map(|one| one.pool.as_str()).collect();
            let word = format!("{} in {}", cap.replace('-', " "), full.join(", "));
            (format!("{word}; free in other pools"), Tone::Look, None)
        }
        (None, Some((cap, room))) => (cap.replace('-', " "), Tone::Look, room),
        (None, None) => ("in no pool".to_owned(), Tone::Plain, None),
    }
}

/// The most that somebody may have open, in a pool or in the one that allows most.
pub(super) fn most_open(member: &MemberStanding, pool: Option<&str>) -> Option<u64> {
    looked_at(member, pool).filter_map(|one| one.caps["open"].as_u64()).max()
}

fn member_view(
    member: &MemberStanding,
    pool: Option<&str>,
    strategy: Option<&Strategy>,
    now: Moment,
) -> MemberView {
    let (word, tone, until) = now_in_words(member, pool);
    let known = strategy.and_then(|strategy| strategy.team.member(&member.member));
    let column = |name: &str| {
        let value = known?.fields.get(name)?;
        value.text().map(str::to_owned)
    };
    let most = most_open(member, pool);
    MemberView {
        name: member.name.clone(),
        says: [column("region"), column("segment")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        now: (word, tone),
        until: until
            .map(|until| format!("until {}", moments::when(until, now).short))
            .unwrap_or_default(),
        open: (u64::from(member.open), most),
        received: looked_at(member, pool).map(|one| u64::from(one.received)).sum(),
        owed: looked_at(member, pool).map(|one| one.owed).sum(),
        href: None,
    }
}

fn pool_views(
    team: &[MemberStanding],
    lines: &[WaitingLead],
    here: Option<&str>,
    strategy: Option<&Strategy>,
) -> Vec<PoolView> {
    let pools = strategy.into_iter().flat_map(|strategy| &strategy.routing.pools);
    let one = |name: &str| {
        let theirs = team.iter().filter(|member| member.pools.iter().any(|pool| pool.pool == name));
        let (all, free) = theirs.fold((0, 0), |(all, free), member| {
            (all + 1, free + u64::from(is_free(member, Some(name))))
        });
        PoolView {
            name: name.to_owned(),
            href: Href::to(format!("/desk?pool={}", in_a_query(name))),
            free: (free, all),
            waiting: lines.iter().filter(|lead| lead.pool == name).count() as u64,
            here: here == Some(name),
        }
    };
    let mut views: Vec<PoolView> = pools.map(|pool| one(&pool.name.value)).collect();
    if here.is_some() {
        let href = Href::to("/desk");
        let name = "All pools".to_owned();
        views.insert(0, PoolView { name, href, free: all_free(team), waiting: 0, here: false });
    }
    views
}

fn all_free(team: &[MemberStanding]) -> (u64, u64) {
    let free = team.iter().filter(|member| is_free(member, None)).count() as u64;
    (free, team.len() as u64)
}

fn in_a_query(name: &str) -> String {
    escape_query(name)
}

fn waiting_view(lead: &WaitingLead, now: Moment) -> WaitingView {
    let named: Vec<&str> = lead.person.iter().chain(&lead.company).map(String::as_str).collect();
    let reasons: Vec<String> = lead.reasons.iter().map(|code| code.replace('-', " ")).collect();
    WaitingView {
        href: Href::to(format!("/h/{}", lead.handoff)),
        name: if named.is_empty() { "Somebody".to_owned() } else { named.join(", ") },
        line: format!("{} in {}", place(lead.place), lead.pool),
        says: reasons.join(", "),
        since: moments::when(lead.since, now),
    }
}

/// A place as it is counted: `1st`, `2nd`, `11th`.
fn place(number: usize) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
