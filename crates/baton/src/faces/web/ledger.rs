//! `GET /ledger`: why the reader's count is what it is; of another member for who sees the desk of all.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::handoff::MemberId;
use domain::{HandoffId, Moment};
use engine::desk::LEAD;
use pages::Href;
use pages::ledger::{LedgerLineView, LedgerPool, LedgerView};

use super::counted::name_of;
use super::moments;
use super::shell::{Here, Page};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::{Query, escape_query};
use crate::faces::api::reading;
use crate::faces::api::signed_in::{SignedIn, see_other};
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::inbox::About;
use crate::service::read::ledger::{LedgerBook, LedgerChange, LedgerLine};
use crate::service::read::team::{MemberStanding, PoolStanding};

/// Lines of the page.
const LINES_MAX: usize = 60;

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let query = Query::of_page(request.uri(), &["member"])?;
    let asked = query.text("member")?;
    let own = reader.member.clone();
    let other = asked.clone().filter(|member| own.as_deref() != Some(member));
    if other.is_some() && !reader.may(Action::ReadLedgers) {
        return Err(Problem::nothing_here());
    }
    let Some(member) = asked.or(own) else { return Ok(see_other("/desk")) };
    let (now, strategy) = (clock::now(), app.shared.strategy());
    let id = member.clone();
    let found = reading::read(&app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        let team = service.team(now)?.unwrap_or_default();
        let standing = team.into_iter().find(|one| one.member == id);
        let mut book = service.ledger(&MemberId(id.as_str().into()))?;
        book.more |= book.lines.len() > LINES_MAX;
        let received: Vec<HandoffId> =
            book.lines.iter().take(LINES_MAX).filter_map(handoff).collect();
        let about = service.about_each(&received, strategy.as_deref())?;
        Ok(about.map(|about| (standing, book, received.into_iter().zip(about).collect())))
    });
    let (standing, book, about): (Option<MemberStanding>, LedgerBook, Vec<_>) =
        reading::recorded(&app, reader.caller().id, found.await?).await?;
    let Some(standing) = standing else { return Err(Problem::nothing_here()) };
    let view = view(&standing, &book, &about, other.is_some(), now);
    let page = Page::for_reader(&app, &reader, Here::Ledger);
    Ok(page.show(&app, &view.title, &pages::ledger::page(&view)).await)
}

fn handoff(line: &LedgerLine) -> Option<HandoffId> {
    match line.what {
        LedgerChange::Received(handoff) => Some(handoff),
        LedgerChange::Shares(..) | LedgerChange::Credit(_) => None,
    }
}

/// Who each lead of the lines is about.
type Known = [(HandoffId, Option<About>)];

fn view(
    standing: &MemberStanding,
    book: &LedgerBook,
    about: &Known,
    of_another: bool,
    now: Moment,
) -> LedgerView {
    let whose =
        if of_another { format!("Ledger of {}", standing.name) } else { "My ledger".to_owned() };
    let owed: f64 = standing.pools.iter().map(|pool| pool.owed).sum();
    let received: u64 = standing.pools.iter().map(|pool| u64::from(pool.received)).sum();
    let open = pages::text::count(u64::from(standing.open), "handoff", "handoffs");
    let shown = book.lines.iter().take(LINES_MAX);
    let cut = book.lines.get(LINES_MAX);
    LedgerView {
        title: whose,
        says: format!(
            "{} received, {} owed, {open} open. Times are in UTC.",
            pages::text::count(received, "lead", "leads"),
            pages::text::signed(owed, 2),
        ),
        pools: standing.pools.iter().map(|pool| pool_view(standing, pool, now)).collect(),
        lines: shown.map(|line| line_view(line, about, now)).collect(),
        before: match cut {
            // What was owed before a line that is not the first follows from those behind it.
            Some(_) => before_shown(book),
            None => book.before.iter().map(|(pool, owed)| (pool.clone(), leads(*owed))).collect(),
        },
        more: book.more,
    }
}

/// What was owed in each pool before the oldest line that is shown.
fn before_shown(book: &LedgerBook) -> Vec<(String, f64)> {
    let mut before: Vec<(String, f64)> = Vec::new();
    for line in book.lines.iter().take(LINES_MAX).rev() {
        if before.iter().all(|(pool, _)| *pool != line.pool) {
            before.push((line.pool.clone(), leads(line.after - line.change)));
        }
    }
    before
}

/// Trillionths of a lead in leads.
fn leads(trillionths: i64) -> f64 {
    trillionths as f64 / LEAD as f64
}

fn pool_view(standing: &MemberStanding, pool: &PoolStanding, now: Moment) -> LedgerPool {
    let until = |until: Option<Moment>| {
        until.map(|at| format!(" until {}", moments::when(at, now).short)).unwrap_or_default()
    };
    let next = match (standing.away, pool.capped) {
        (Some(away), _) => {
            format!("Gets no lead now: {}{}.", away.replace('-', " "), until(standing.until))
        }
        (None, Some(cap)) => {
            format!("Gets no lead now: {}{}.", cap.replace('-', " "), until(pool.room))
        }
        (None, None) => "Can get a lead now.".to_owned(),
    };
    LedgerPool {
        name: pool.pool.clone(),
        href: Href::to(format!("/desk?pool={}", escape_query(&pool.pool))),
        received: u64::from(pool.received),
        owed: pool.owed,
        next,
    }
}

fn line_view(line: &LedgerLine, about: &Known, now: Moment) -> LedgerLineView {
    let known = |handoff: HandoffId| {
        let found = about.iter().find(|(known, _)| *known == handoff)?;
        name_of(found.1.clone()?)
    };
    let (what, says) = match &line.what {
        LedgerChange::Received(handoff) => match known(*handoff) {
            Some((name, company)) => (format!("received {name}"), company),
            None => ("received a lead".to_owned(), handoff.to_string()),
        },
        LedgerChange::Shares(count, first) => {
            let leads = pages::text::count(u64::from(*count), "lead", "leads");
            let since = moments::when(*first, now).short;
            (format!("share of {leads} that others received"), format!("the first at {since}"))
        }
        LedgerChange::Credit(code) => {
            let what = if line.change < 0 { "debit" } else { "credit" };
            (what.to_owned(), code.as_str().replace('-', " "))
        }
    };
    LedgerLineView {
        when: moments::when(line.at, now),
        what,
        says,
        href: handoff(line).map(|handoff| Href::to(format!("/h/{handoff}"))),
        pool: line.pool.clone(),
        change: leads(line.change),
        after: leads(line.after),
    }
}
