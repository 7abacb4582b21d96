//! `/identity`: who may be one person, with both sides shown; joining, splitting and taking back, each shown before
//! it is done. To whom may not say who is who it is not there.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::reason::Code;
use domain::{Moment, NodeId, PersonId};
use pages::Href;
use pages::identity::{IdentityView, NodeView, PairView, PersonView, PreviewView, SideView};
use pages::layout::Flash;
use pages::parts::Choice;
use pages::text::count;
use store::StoreError;

use super::moments;
use super::shell::{Here, Page, refused};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::form::Form;
use crate::faces::api::identity::found;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{Posted, SignedIn};
use crate::local::request::{Request as LocalRequest, Response as LocalResponse};
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::act::identity::{IdentityChange, IdentityChanged, REASONS};
use crate::service::act::wanted::reason_word;
use crate::service::read::Access;
use crate::service::read::failure::ReadError;
use crate::service::read::find;
use crate::service::read::identity::{NodeOfPerson, Side, WithheldJoin, side, withheld_joins};
use crate::service::read::merges::{MergedPerson, merged_into};
use crate::service::read::people::CalledPeople;
use crate::service::setback::Setback;

/// Pairs that are shown.
const PAIRS_MAX: usize = 30;
/// Nodes of a person that can be chosen.
const NODES_MAX: usize = 12;
/// The fields of the form that say which.
const NODE_FIELDS: [&str; NODES_MAX] = [
    "node-0", "node-1", "node-2", "node-3", "node-4", "node-5", "node-6", "node-7", "node-8",
    "node-9", "node-10", "node-11",
];
/// Merges of a person that are offered to be taken back.
const MERGES_MAX: usize = 10;

/// What the page shows beside the pairs.
#[derive(Default)]
struct Said {
    typed: String,
    preview: Option<PreviewView>,
    flash: Option<Flash>,
    status: StatusCode,
}

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadIdentity)?;
    let typed = Query::of_page(request.uri(), &["person"])?.text("person")?.unwrap_or_default();
    show(&app, &reader, Said { typed, ..Said::default() }).await
}

/// Shows what would change, or changes it.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(action(&form))?;
    let typed = form.text("one").filter(|_| form.text("verb") != Some("join")).unwrap_or_default();
    let said = Said { typed: typed.to_owned(), ..Said::default() };
    let changed = match change(&app, &form).await {
        Ok(change) => perform(&app, &by, &form, change).await,
        Err(problem) => Err(problem),
    };
    let is_done = form.text("sure").is_some();
    match changed {
        Ok(changed) if is_done => {
            let called = called(&app, &by, [changed.winner, changed.loser]).await?;
            let (says, more) = told(&form, &changed, &called);
            let flash = Some(Flash { says: format!("Done: {says}"), more, done: true });
            show(&app, &by, Said { flash, typed: String::new(), ..said }).await
        }
        Ok(changed) => {
            let called = called(&app, &by, [changed.winner, changed.loser]).await?;
            let preview = Some(preview(&form, &changed, &called));
            show(&app, &by, Said { preview, ..said }).await
        }
        Err(problem) if problem.status().is_client_error() => {
            let flash = Some(refused(&problem));
            show(&app, &by, Said { flash, status: problem.status(), ..said }).await
        }
        Err(problem) => Err(problem),
    }
}

/// What policies call what the form asks for.
fn action(form: &Form) -> Action {
    match form.text("verb") {
        Some("split") => Action::SplitPerson,
        Some("undo") => Action::UndoIdentity,
        Some(_) | None => Action::JoinPeople,
    }
}

/// What the form asks for.
async fn change(app: &Arc<App>, form: &Form) -> Result<IdentityChange, Problem> {
    let person = |name: &str| {
        let typed = form.text(name).unwrap_or_default();
        typed
            .parse::<PersonId>()
            .map_err(|_| Problem::new(404, "person-missing", "there is no such person"))
    };
    match form.text("verb") {
        Some("join") => Ok(IdentityChange::Join { one: person("one")?, other: person("other")? }),
        Some("undo") => found(app, person("one")?, person("other")?).await,
        Some("split") => {
            let chosen = NODE_FIELDS.iter().filter_map(|name| form.text(name)?.parse().ok());
            let nodes: Vec<NodeId> = chosen.collect();
            if nodes.is_empty() {
                let says = "choose which nodes are somebody else's";
                return Err(Problem::new(422, "identity-unfit", says));
            }
            Ok(IdentityChange::Split { person: person("one")?, nodes })
        }
        _ => Err(Problem::nothing_here()),
    }
}

async fn perform(
    app: &Arc<App>,
    by: &SignedIn,
    form: &Form,
    change: IdentityChange,
) -> Result<IdentityChanged, Problem> {
    let reason = form.text("reason").filter(|reason| !reason.is_empty()).map(str::to_owned);
    let is_dry_run = form.text("sure").is_none();
    let by = Some(by.caller().id);
    let answered = app.local(LocalRequest::Identity { change, reason, is_dry_run, by }).await?;
    let LocalResponse::Identity(changed) = answered else { return Err(Setback::Unknown.into()) };
    Ok(*changed)
}

/// What changed or would, in a sentence and in lines.
fn told(form: &Form, changed: &IdentityChanged, called: &CalledPeople) -> (String, Vec<String>) {
    let IdentityChanged { winner, loser, nodes, moved, withdrawn } = changed;
    let name = |person: PersonId| match called.person(person) {
        Some(name) => format!("{name} ({person})"),
        None => person.to_string(),
    };
    let (stays, other) = (name(*winner), name(*loser));
    let says = match form.text("verb") {
        Some("join") => format!("{stays} and {other} are one person: {winner}."),
        _ => format!("{other} is somebody of their own, apart from {stays}."),
    };
    let mut lines = vec![format!("{} from one to the other", {
        count(nodes.len() as u64, "node goes", "nodes go")
    })];
    lines.extend(moved.iter().map(|one| {
        let from = one.from.map(|from| format!(" from {from}")).unwrap_or_default();
        format!("{} moves{from} to {}", one.node, one.to)
    }));
    lines.extend(withdrawn.iter().map(|handoff| format!("the handoff {handoff} is withdrawn")));
    (says, lines)
}

fn preview(form: &Form, changed: &IdentityChanged, called: &CalledPeople) -> PreviewView {
    let (says, lines) = told(form, changed, called);
    let names: [&'static str; 4] = ["verb", "one", "other", "reason"];
    let mut fields: Vec<(&'static str, String)> =
        names.into_iter().filter_map(|name| Some((name, form.text(name)?.to_owned()))).collect();
    if form.text("verb") == Some("split") {
        let known =
            NODE_FIELDS.iter().filter_map(|name| Some((*name, form.text(name)?.to_owned())));
        fields.extend(known);
    }
    let does = match form.text("verb") {
        Some("join") => "Join them",
        Some("undo") => "Take back the merge",
        _ => "Split them off",
    };
    PreviewView { says, lines, fields, does: does.to_owned() }
}

/// What people are called. That it was read is recorded.
async fn called(
    app: &Arc<App>,
    reader: &SignedIn,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<CalledPeople, Problem> {
    let people: BTreeSet<PersonId> = people.into_iter().collect();
    let (caller, strategy) = (reader.caller(), app.shared.strategy());
    let found = reading::read(app, Reading::Fold, Access::of(&caller), move |service| {
        service.people_called(&people, strategy.as_deref())
    });
    reading::recorded(app, caller.id, found.await?).await
}

async fn show(app: &Arc<App>, reader: &SignedIn, said: Said) -> Result<Response, Problem> {
    let now = clock::now();
    let typed = said.typed.clone();
    let read = app.fold(move |store| {
        let joins = withheld_joins(store, PAIRS_MAX + 1)?;
        let known = match find::person(store, &typed) {
            Ok(person) if !typed.is_empty() => {
                Some((side(store, person)?, merged_into(store, person)?))
            }
            Ok(_) | Err(ReadError::NotFound(_)) => None,
            Err(ReadError::Store(error)) => return Err(error),
        };
        Ok::<_, StoreError>((joins, known))
    });
    let (joins, known) = read.await?;
    let sides = joins.iter().take(PAIRS_MAX).flat_map(|join| &join.people);
    let sides = sides.chain(known.iter().map(|(side, _)| side));
    let called = called(app, reader, sides.map(|side| side.person)).await?;
    let reason = |code: Code| Choice {
        value: reason_word(code).to_owned(),
        says: code.says().trim_end_matches('.').to_owned(),
    };
    let missing = !said.typed.is_empty() && known.is_none();
    let view = IdentityView {
        says: says(joins.len().min(PAIRS_MAX), joins.len() > PAIRS_MAX),
        csrf: reader.csrf.clone(),
        to: Href::to("/identity"),
        reasons: REASONS.map(reason).to_vec(),
        preview: said.preview,
        person: known.map(|(side, merged)| person_view(side, &merged, (&called, now))),
        typed: said.typed,
        more: joins.len() > PAIRS_MAX,
        pairs: joins
            .into_iter()
            .take(PAIRS_MAX)
            .map(|join| pair_view(join, (&called, now)))
            .collect(),
    };
    let mut page = Page::for_reader(app, reader, Here::Identity);
    let nobody =
        || Flash { says: "There is no such person.".to_owned(), more: Vec::new(), done: false };
    page.flash = said.flash.or_else(|| missing.then(nobody));
    let shown = page.show(app, "Identity", &pages::identity::page(&view)).await;
    Ok((said.status, shown).into_response())
}

fn says(pairs: usize, more: bool) -> String {
    let more = if more { "at least " } else { "" };
    format!(
        "{more}{} who may be one person. What signals say joins people by itself; here is what they leave open.",
        count(pairs as u64, "pair", "pairs")
    )
}

fn pair_view(join: WithheldJoin, (called, now): (&CalledPeople, Moment)) -> PairView {
    let reasons = join.reasons.iter().map(|code| code.says().trim_end_matches('.').to_owned());
    PairView {
        since: moments::when(join.since, now),
        reasons: reasons.collect(),
        sides: join.people.map(|side| side_view(side, called)),
    }
}

fn side_view(side: Side, called: &CalledPeople) -> SideView {
    let nodes = side.nodes.into_iter().take(NODES_MAX);
    SideView {
        person: side.person.to_string(),
        name: called.person(side.person).map(str::to_owned),
        nodes: nodes.map(|node| node_view(node, called)).collect(),
    }
}

fn node_view(node: NodeOfPerson, called: &CalledPeople) -> NodeView {
    let found_by = if node.found_by.is_empty() {
        "found by nothing".to_owned()
    } else {
        format!("found by {}", node.found_by.join(", ").replace('_', " "))
    };
    let claimed = if node.verified { "" } else { ", claimed" };
    let account = node.account.map(|account| {
        let name = called.company(account).map_or_else(|| account.to_string(), str::to_owned);
        (name, Href::to(format!("/a/{account}")))
    });
    NodeView { id: node.node.to_string(), says: format!("{found_by}{claimed}"), account }
}

fn person_view(
    side: Side,
    merged: &[MergedPerson],
    (called, now): (&CalledPeople, Moment),
) -> PersonView {
    let merged = merged.iter().take(MERGES_MAX);
    PersonView {
        side: side_view(side, called),
        merged: merged.map(|one| (one.person.to_string(), moments::when(one.since, now))).collect(),
    }
}
