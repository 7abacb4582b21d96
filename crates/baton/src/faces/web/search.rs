//! `/search`: accounts, people and handoffs by what is at hand. What is looked for is sent in a form and
//! never stands in an address: addresses are kept in histories and logs, and it may be somebody's.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{Moment, PersonId};
use pages::Href;
use pages::search::{FoundGroup, FoundRow, SearchView};

use super::moments;
use super::shell::{Here, Page};
use super::words::state_in_words;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{Posted, SignedIn};
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::search::Found;

/// What is searched, and what is not.
const SEARCHED: &str = "Found by names of people and companies and by the beginnings of their words, by ids, \
                        a domain, and by a whole e-mail address or phone number. What you see is recorded.";

/// The page before anything is looked for.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::Search)?;
    let page = Page::for_reader(&app, &reader, Here::Search);
    let view = view(String::new(), &Found::default(), clock::now());
    Ok(page.show(&app, "Search", &pages::search::page(&view)).await)
}

/// Looks for it.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Posted { by: reader, form }: Posted,
) -> Result<Response, Problem> {
    reader.require(Action::Search)?;
    let text = form.text("q").unwrap_or_default().to_owned();
    let (now, strategy, asked) = (clock::now(), app.shared.strategy(), text.clone());
    let found = reading::read(&app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        service.search(&asked, strategy.as_deref())
    });
    let found = reading::recorded(&app, reader.caller().id, found.await?).await?;
    let mut page = Page::for_reader(&app, &reader, Here::Search);
    page.search.clone_from(&text);
    let view = view(text, &found, now);
    Ok(page.show(&app, "Search", &pages::search::page(&view)).await)
}

fn view(text: String, found: &Found, now: Moment) -> SearchView {
    let account_name = |id| {
        let known = found.accounts.iter().find(|account| account.id == id)?;
        known.name.clone().or_else(|| known.domain.clone())
    };
    let handoffs = found.handoffs.iter().map(|one| FoundRow {
        href: Href::to(format!("/h/{}", one.row.handoff)),
        name: one.person.clone().or_else(|| one.company.clone()).unwrap_or_else(somebody),
        says: format!(
            "{}{}, {}",
            one.company.as_deref().filter(|_| one.person.is_some()).unwrap_or_default(),
            if one.person.is_some() && one.company.is_some() { "" } else { " lead" },
            state_in_words(one.row.state)
        ),
        beside: format!(
            "{} · {}",
            found.owner_name(&one.row.owner),
            moments::when(one.row.opened, now).short
        ),
    });
    let accounts = found.accounts.iter().map(|one| FoundRow {
        href: Href::to(format!("/a/{}", one.id)),
        name: one.name.clone().or_else(|| one.domain.clone()).unwrap_or_else(somebody),
        says: one.domain.clone().filter(|_| one.name.is_some()).unwrap_or_default(),
        beside: format!(
            "{}, {}",
            pages::text::count(one.people, "person", "people"),
            pages::text::count(one.handoffs, "handoff", "handoffs")
        ),
    });
    let people = found.people.iter().map(|one| FoundRow {
        href: Href::to(format!("/a/{}", one.account)),
        name: one.name.clone().unwrap_or_else(|| visitor(one.id)),
        says: account_name(one.account).map(|name| format!("at {name}")).unwrap_or_default(),
        beside: String::new(),
    });
    let groups = vec![
        FoundGroup { title: "Handoffs", rows: handoffs.collect() },
        FoundGroup { title: "Accounts", rows: accounts.collect() },
        FoundGroup { title: "People at these accounts", rows: people.collect() },
    ];
    let waiting = match found.waiting {
        0 => String::new(),
        waiting => format!(
            " {} for their turn, and are not searched yet.",
            pages::text::count(waiting, "signal waits", "signals wait")
        ),
    };
    let names = found.names.says().filter(|_| !text.is_empty());
    let names = names.map_or_else(String::new, |says| format!(" {says}"));
    let says = format!("{SEARCHED}{names}{waiting}");
    SearchView { text, groups, left_out: found.left_out, says }
}

fn somebody() -> String {
    "Somebody".to_owned()
}

/// Somebody without a name, told apart by their id.
fn visitor(id: PersonId) -> String {
    format!("Visitor {:.8}", id.to_string())
}
