//! `GET /a/{id}`: an account, as it is known now or was at the end of a day.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::handoff::Owner;
use domain::{Moment, PersonId, Value};
use engine::stages::brief::words;
use engine::view::{self, Page as TouchPage, PersonView as Known};
use pages::Href;
use pages::account::{
    AccountView, CampaignView, ConsentView, EventView, FieldView, OpenView, PersonView,
};
use pages::parts::Tone;
use rules::Strategy;

use super::handoff::tone_of_state;
use super::moments;
use super::shell::{Here, Page};
use super::words::state_in_words;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;

/// Touchpoints of a page.
const TOUCHES: usize = 30;
/// People who are listed.
const PEOPLE_MAX: usize = 12;
/// Campaigns and assets that are listed.
const CAMPAIGNS_MAX: usize = 8;
/// The longest value that is shown whole, in characters.
const VALUE_CHARS_MAX: usize = 120;
/// Fields of a signal that say most of what it was about, the first of them.
const ABOUT: [&str; 10] =
    ["form", "page", "url", "path", "asset", "event", "subject", "title", "campaign", "text"];

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadAccount)?;
    let query = Query::of_page(request.uri(), &["day", "after"])?;
    let day = query.read("day", "a day like 2026-11-20", moments::end_of_day)?;
    let after = query.read("after", "the `next` of a page", |text| text.parse().ok())?;
    let page = TouchPage { limit: Some(TOUCHES), after };
    let (now, strategy) = (clock::now(), app.shared.strategy());
    let found = reading::read(&app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        let strategy = strategy.as_deref();
        service.account(&typed, day, page, strategy, |shown| view_of(shown, day, now, strategy))
    });
    let mut view = reading::recorded(&app, reader.caller().id, found.await?).await?;
    if let (Some(older), Some(_)) = (&view.older, day) {
        // The next page is of the same day.
        let day = day.map(moments::day).unwrap_or_default();
        view.older = Some(Href::to(format!("{}&day={day}", older.as_str())));
    }
    let title = view.name.clone();
    let page = Page::for_reader(&app, &reader, Here::Nowhere);
    Ok(page.show(&app, &title, &pages::account::page(&view)).await)
}

fn view_of(
    shown: &view::AccountView<'_>,
    as_of: Option<Moment>,
    now: Moment,
    strategy: Option<&Strategy>,
) -> AccountView {
    let names: BTreeMap<PersonId, String> =
        shown.people.iter().map(|person| (person.id, name_of(person))).collect();
    let id = shown.id.to_string();
    let name = shown
        .name
        .or(shown.domain)
        .map_or_else(|| "A visitor nobody knows yet".to_owned(), str::to_owned);
    let said = |field: &str| shown.fields.get(field).map(|known| text(&known.value));
    let employees = said("employees").map(|count| format!("{count} employees"));
    let says = [said("city"), said("country"), said("industry"), employees, said("domain")];
    let people: Vec<PersonView> = {
        let mut people: Vec<&Known<'_>> = shown.people.iter().collect();
        // Those with a name first: who only visited says little.
        people.sort_by_key(|person| {
            (person.fields.is_empty(), std::cmp::Reverse(person.score.map(|score| score.0)))
        });
        people.into_iter().take(PEOPLE_MAX).map(person_view).collect()
    };
    AccountView {
        says: says.into_iter().flatten().filter(|part| *part != name).collect(),
        as_of: as_of.map(|moment| moments::when(moment, now)),
        here: Href::to(format!("/a/{id}")),
        today: moments::day(now),
        more_people: shown.people.len().saturating_sub(PEOPLE_MAX) as u64,
        people,
        fields: shown.fields.iter().map(|(name, known)| field_view(name, known, now)).collect(),
        consents: consents(shown, &names, now),
        handoffs: shown.handoffs.iter().map(|one| open(one, &names, now, strategy)).collect(),
        campaigns: campaigns(shown, now),
        timeline: shown.touchpoints.iter().map(|touch| event(touch, &names, now)).collect(),
        touches: shown.touches,
        older: shown.next.map(|next| Href::to(format!("/a/{id}?after={next}"))),
        name,
        id,
    }
}

/// A value within a line, without quotes.
fn text(value: &Value) -> String {
    if let Some(text) = value.text() {
        return words::plain(text, VALUE_CHARS_MAX).into_owned();
    }
    let mut out = String::new();
    words::quote(&mut out, value);
    out
}

/// What somebody is called: their name, else their address, else what they are.
fn name_of(person: &Known<'_>) -> String {
    let said = |name: &str| person.fields.get(name).map(|known| text(&known.value));
    let whole = || {
        let names: Vec<String> = ["first_name", "last_name"].into_iter().filter_map(said).collect();
        (!names.is_empty()).then(|| names.join(" "))
    };
    let known = said("name").or_else(whole).or_else(|| said("email"));
    match known {
        Some(name) => name,
        None if person.erased => "Somebody who was erased".to_owned(),
        None => "One visitor".to_owned(),
    }
}

fn person_view(person: &Known<'_>) -> PersonView {
    let said = |name: &str| person.fields.get(name).map(|known| text(&known.value));
    let name = name_of(person);
    let says = [said("title"), said("role"), said("email"), said("phone")];
    let mut says: Vec<String> = says.into_iter().flatten().filter(|part| *part != name).collect();
    says.dedup();
    if person.fields.is_empty() && !person.erased {
        says.push("not identified".to_owned());
    }
    PersonView {
        name,
        says: says.join(" · "),
        score: person
            .score
            .map(|score| format!("{:.0}", f64::from(score.0) / 100.0))
            .unwrap_or_default(),
        touches: person.nodes.iter().map(|node| node.touches).sum(),
    }
}

fn field_view(name: &str, known: &view::FieldView<'_>, now: Moment) -> FieldView {
    FieldView {
        name: words::label(name),
        value: text(&known.value),
        source: match (known.source.unwrap_or("not known"), known.claimed) {
            (source, true) => format!("{source}, claimed"),
            (source, false) => source.to_owned(),
        },
        when: moments::when(known.moment, now),
        repaired: known.transform == "repaired",
    }
}

fn consents(
    shown: &view::AccountView<'_>,
    names: &BTreeMap<PersonId, String>,
    now: Moment,
) -> Vec<ConsentView> {
    let one = |consent: &view::ConsentView<'_>| {
        let what = words::label(consent.name);
        let whose = names.get(&consent.person).filter(|_| shown.people.len() > 1);
        ConsentView {
            name: whose.map_or_else(|| what.clone(), |name| format!("{what}, {name}")),
            given: consent.given,
            when: moments::when(consent.moment, now),
        }
    };
    shown.consents.iter().map(one).collect()
}

fn open(
    one: &view::SummaryView<'_>,
    names: &BTreeMap<PersonId, String>,
    now: Moment,
    strategy: Option<&Strategy>,
) -> OpenView {
    let owner = match one.owner {
        Owner::Person(member) => {
            let known = strategy.and_then(|strategy| strategy.team.member(&member.0));
            format!("with {}", known.map_or(&*member.0, |member| member.name.as_str()))
        }
        Owner::Queue(queue) => format!("in the queue {queue}"),
        Owner::Engine => "with the engine".to_owned(),
    };
    let due = one.accept_by.filter(|_| tone_of_state(one.state) == Tone::Look);
    let due = due.map(|due| format!(", accept by {}", moments::when(due, now).short));
    OpenView {
        href: Href::to(format!("/h/{}", one.id)),
        name: names.get(&one.person).cloned().unwrap_or_else(|| "Somebody".to_owned()),
        says: format!("{}, {owner}{}", state_in_words(one.state), due.unwrap_or_default()),
    }
}

fn campaigns(shown: &view::AccountView<'_>, now: Moment) -> Vec<CampaignView> {
    let things = shown.campaigns.iter().chain(&shown.assets).take(CAMPAIGNS_MAX);
    let one = |thing: &view::ThingView<'_>| CampaignView {
        name: words::plain(thing.name, VALUE_CHARS_MAX).into_owned(),
        says: format!(
            "{} of {}",
            pages::text::count(thing.touches as u64, "touch", "touches"),
            pages::text::count(thing.people as u64, "person", "people")
        ),
        when: moments::when(thing.last, now),
    };
    things.map(one).collect()
}

fn event(
    touch: &view::TouchpointView<'_>,
    names: &BTreeMap<PersonId, String>,
    now: Moment,
) -> EventView {
    let about = ABOUT.iter().find_map(|name| touch.fields.get(*name)).map(|value| text(value));
    let who = touch.person.and_then(|person| names.get(&person));
    let says: Vec<String> = who.map(|name| format!("by {name}")).into_iter().chain(about).collect();
    EventView {
        when: moments::when(touch.moment, now),
        what: words::label(touch.kind),
        says: says.join(": "),
        source: touch.source.to_owned(),
        tone: tone_of_kind(touch.kind),
    }
}

/// Forms and requests stand out; what was only looked at does not.
fn tone_of_kind(kind: &str) -> Tone {
    let group = kind.split('.').next().unwrap_or_default();
    match group {
        "form" | "demo" | "quote" | "trial" | "meeting" => Tone::Look,
        "opportunity" | "handoff" => Tone::Inferred,
        "campaign" | "email" | "webinar" | "event" => Tone::Trial,
        "unsubscribed" | "consent" => Tone::Bad,
        "page" => Tone::Good,
        _ => Tone::Plain,
    }
}
