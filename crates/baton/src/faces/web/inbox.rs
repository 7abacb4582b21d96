//! `GET /inbox`: what waits for the reader, by how urgent it is.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::Moment;
use domain::handoff::State as Stage;
use pages::Href;
use pages::inbox::{InboxRow, InboxView, Turn};
use rules::Strategy;

use super::moments;
use super::shell::{Here, Page, first_page, owner_of};
use super::words::state_in_words;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{SignedIn, see_other};
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::inbox::{Inbox, InboxHandoff, Part};

/// Handoffs of each state that are listed.
pub(super) const LISTED_MAX: usize = 40;

/// The list by itself.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let query = Query::of_page(request.uri(), &["part"])?;
    let part = query.read("part", "`snoozed`", |word| (word == "snoozed").then_some(Part::Snoozed));
    let part = part?.unwrap_or(Part::InSight);
    let Some(owner) = owner_of(&reader) else { return Ok(see_other(first_page(reader.role))) };
    reader.require(Action::ListHandoffs)?;
    let (now, strategy) = (clock::now(), app.shared.strategy());
    let looked = app.looked.begin(reader.user, now);
    let in_force = strategy.clone();
    let found = reading::read(&app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        service.inbox(&owner, (part, now), LISTED_MAX, in_force.as_deref())
    });
    let found = reading::recorded(&app, reader.caller().id, found.await?).await?;
    let shown = Shown { now, looked, here: None, strategy: strategy.as_deref() };
    let view = match part {
        Part::InSight => view(&found, &shown),
        Part::Snoozed => snoozed(&found, &shown),
    };
    let mut page = Page::for_reader(&app, &reader, Here::Inbox);
    page.columns = true;
    Ok(page.show(&app, "Inbox", &pages::inbox::page(&view)).await)
}

/// How a list is shown.
pub(super) struct Shown<'a> {
    /// The present moment.
    pub(super) now: Moment,
    /// When the reader looked before.
    pub(super) looked: Option<Moment>,
    /// The handoff that is open beside it, by its id.
    pub(super) here: Option<&'a str>,
    /// What is in force.
    pub(super) strategy: Option<&'a Strategy>,
}

/// The list as it is shown: what is new since the reader looked stands first.
pub(super) fn view(found: &Inbox, shown: &Shown<'_>) -> InboxView {
    let is_fresh = |one: &&InboxHandoff| {
        let came = one.about.as_ref().and_then(|about| about.assigned);
        came.zip(shown.looked).is_some_and(|(came, looked)| came > looked)
    };
    let (fresh, before): (Vec<_>, Vec<_>) = found.handoffs.iter().partition(is_fresh);
    let count = found.handoffs.len() as u64;
    let more = if found.more { "+" } else { "" };
    InboxView {
        title: "Inbox".to_owned(),
        says: format!("{}{more} open, by deadline", pages::text::thousands(count)),
        fresh: fresh.len(),
        rows: fresh.into_iter().chain(before).map(|one| row(one, shown)).collect(),
        turn: shown.strategy.map(|_| Turn {
            says: "Who gets the next lead follows from what each of you is owed.".to_owned(),
            href: Some(Href::to("/desk")),
        }),
        next: None,
        other: (found.snoozed > 0).then(|| {
            let says = format!("{} snoozed", pages::text::thousands(found.snoozed));
            (says, Href::to("/inbox?part=snoozed"))
        }),
        nothing: (
            "No lead waits for you".to_owned(),
            "A lead that is routed to you appears here, with its deadline. The desk says when it is your turn."
                .to_owned(),
        ),
    }
}

/// What is out of sight: until when, what comes back first coming first.
fn snoozed(found: &Inbox, shown: &Shown<'_>) -> InboxView {
    let mut handoffs: Vec<&InboxHandoff> = found.handoffs.iter().collect();
    handoffs.sort_by_key(|one| one.snoozed);
    let rows = handoffs.into_iter().map(|one| {
        let until = one.snoozed.unwrap_or(shown.now);
        let back = format!("back {}", moments::when(until, shown.now).short);
        InboxRow { next: String::new(), says: back, ..row(one, shown) }
    });
    InboxView {
        title: "Snoozed".to_owned(),
        says: "Their clocks go on".to_owned(),
        other: Some(("Back to the inbox".to_owned(), Href::to("/inbox"))),
        rows: rows.collect(),
        nothing: (
            "Nothing is snoozed".to_owned(),
            "A lead that you snooze on its page is here until its time is over.".to_owned(),
        ),
        ..InboxView::default()
    }
}

fn row(one: &InboxHandoff, shown: &Shown<'_>) -> InboxRow {
    let id = one.row.handoff.to_string();
    let about = one.about.as_ref();
    let person = about.and_then(|about| about.person.clone());
    let company = about.and_then(|about| about.company.clone());
    let began = about.and_then(|about| about.began.clone());
    let name = person.clone().or_else(|| company.clone());
    let company = company.filter(|_| person.is_some());
    let says: Vec<String> = company.into_iter().chain(began).collect();
    let begun = about.and_then(|about| about.assigned).unwrap_or(one.row.changed);
    let due = one.due();
    InboxRow {
        href: Href::to(format!("/h/{id}")),
        name: name.unwrap_or_else(|| "Somebody".to_owned()),
        says: if says.is_empty() { state_in_words(one.row.state) } else { says.join(" · ") },
        next: next_step(one.row.state).to_owned(),
        left: due.map(|due| moments::left(due, begun, shown.now)),
        when: moments::when(due.unwrap_or(one.row.changed), shown.now),
        here: shown.here == Some(id.as_str()),
    }
}

/// What has to happen next.
pub(super) const fn next_step(state: Stage) -> &'static str {
    match state {
        Stage::Offered | Stage::Queued | Stage::InReview => "accept or reject it",
        Stage::Accepted => "get in touch",
        Stage::Working => "meet",
        Stage::Met => "qualify",
        Stage::Qualified => "win it or lose it",
        Stage::Faulted => "look what went wrong",
        Stage::Proposed
        | Stage::Checked
        | Stage::Won
        | Stage::Lost
        | Stage::Held
        | Stage::Rejected
        | Stage::Expired
        | Stage::Recycled
        | Stage::Disqualified
        | Stage::Withdrawn
        | Stage::Repaired => "",
    }
}
