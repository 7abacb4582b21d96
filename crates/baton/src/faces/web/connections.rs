//! `/connections`: sources and destinations with how each does, and a test message. To whom may not look after
//! them they are not there.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counts::ClaimCount;
use domain::Moment;
use domain::fact::ClaimCode;
use domain::reason::Code;
use pages::Href;
use pages::connections::{ClaimView, ConnectionsView, DestinationView, SourceView};
use pages::layout::Flash;
use pages::parts::Tone;
use pages::text::count;

use super::moments;
use super::shell::{Here, Page};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::counts::followed;
use crate::faces::api::destinations::try_it;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::escape_query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{Posted, SignedIn};
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::destinations::DestinationHealth;
use crate::service::read::sources::SourceHealth;

/// Shows them.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::ReadConnections)?;
    show(&app, &reader, None, StatusCode::OK).await
}

/// Sends a destination a test message, and says what came of it.
pub(super) async fn test(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Posted { by, .. }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::TestDestination)?;
    let answer = match try_it(&app, &name).await {
        Ok(answer) => answer,
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => {
            return Err(Problem::nothing_here());
        }
        Err(problem) => return Err(problem),
    };
    let result = crate::service::act::test_message::TestResult::new(&name, &answer);
    let status = result.status.map(|status| format!(" It answered {status}."));
    let says = match result.code {
        None => format!("{name}: the test message arrived."),
        Some(code) => format!(
            "{name}: {} ({code}).{}",
            result.says.trim_end_matches('.'),
            status.unwrap_or_default()
        ),
    };
    let flash = Flash { says, more: Vec::new(), done: result.delivered };
    show(&app, &by, Some(flash), StatusCode::OK).await
}

async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    flash: Option<Flash>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let config = Arc::clone(&app.config);
    let kinds: Vec<_> = (config.sources.iter())
        .map(|(name, source)| (name.to_string(), source.kind.as_str()))
        .collect();
    let read = reading::read(app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        Ok((service.sources(kinds)?, service.destinations(&config.destination_facts)?))
    });
    let (sources, destinations) = read.await?;
    let now = clock::now();
    let failing = destinations.iter().filter(|one| one.health != "ok").count() as u64;
    let held: u64 = sources.iter().flat_map(|source| source.quarantined.values()).sum();
    let says = format!(
        "{}, {}: {}, {} held.",
        count(sources.len() as u64, "source", "sources"),
        count(destinations.len() as u64, "destination", "destinations"),
        if failing == 0 { "all of them well".to_owned() } else { format!("{failing} to look at") },
        count(held, "signal", "signals"),
    );
    let since = sources.iter().find_map(|source| source.counted_since);
    let behind = followed(app).await?;
    let claims = app.figures.read().claims();
    let view = ConnectionsView {
        says,
        claims: claims.iter().map(claim_view).collect(),
        counting: behind.entries > 0,
        csrf: reader.csrf.clone(),
        since: since.map(|since| moments::when(since, now)),
        sources: sources.iter().map(|source| source_view(source, now)).collect(),
        destinations: destinations.iter().map(|one| destination_view(app, one, now)).collect(),
    };
    let mut page = Page::for_reader(app, reader, Here::Connections);
    page.flash = flash;
    let shown = page.show(app, "Connections", &pages::connections::page(&view)).await;
    Ok((status, shown).into_response())
}

fn claim_view(count: &ClaimCount) -> ClaimView {
    let handoffs = count.handoffs.iter().map(|id| (id.to_string(), Href::to(format!("/h/{id}"))));
    ClaimView {
        says: count.code.map_or("Something is missing", claim_in_words).to_owned(),
        source: count.source.clone(),
        said: count.said,
        handoffs: handoffs.collect(),
    }
}

/// What claims of a code say, for whoever looks after them.
const fn claim_in_words(code: ClaimCode) -> &'static str {
    match code {
        ClaimCode::Began => "What the lead began with",
        ClaimCode::OthersActive => "Others there were active",
        ClaimCode::Row => "What the person did",
        ClaimCode::RowOfOthers => "What others there did",
        ClaimCode::PersonField => "A field of the person",
        ClaimCode::Consent => "A consent of the person",
        ClaimCode::AccountField => "A field of the company",
        ClaimCode::OthersField => "A field of somebody else there",
        ClaimCode::PersonTopic => "A field of the person, under a heading of its own",
        ClaimCode::AccountTopic => "A field of the company, under a heading of its own",
        ClaimCode::Said => "What the person said",
        ClaimCode::Score => "The score",
        ClaimCode::ScorePart => "A part of the score",
        ClaimCode::Owner => "Who has the lead",
        ClaimCode::Route => "The route",
        ClaimCode::Pool => "How the pool chose",
        ClaimCode::RoutingReason => "Another reason of the routing",
        ClaimCode::Due => "A deadline",
    }
}

fn source_view(source: &SourceHealth, now: Moment) -> SourceView {
    let held = source.quarantined.iter().map(|(code, count)| {
        let says = Code::named(code).map_or(*code, Code::says).trim_end_matches('.').to_owned();
        let href = format!("/quarantine?cause={code}&source={}", escape_query(&source.name));
        (says, *count, Href::to(href))
    });
    let (word, tone) = match (source.kind, source.last_signal) {
        (_, None) => ("nothing came yet", Tone::Plain),
        (_, Some(_)) if !source.quarantined.is_empty() => ("some held", Tone::Look),
        (_, Some(_)) => ("healthy", Tone::Good),
    };
    SourceView {
        name: source.name.clone(),
        kind: source.kind.unwrap_or("not in baton.toml").to_owned(),
        health: (word.to_owned(), tone),
        last: source.last_signal.map(|last| moments::when(last, now)),
        accepted: source.accepted,
        duplicates: source.duplicates,
        held: held.collect(),
    }
}

fn destination_view(app: &App, one: &DestinationHealth, now: Moment) -> DestinationView {
    let (word, tone) = match one.health {
        "ok" if one.last_delivered.is_none() => ("nothing sent yet", Tone::Plain),
        "ok" => ("healthy", Tone::Good),
        "failing" => ("failing", Tone::Bad),
        "forbidden" => ("address forbidden", Tone::Bad),
        _ => ("not in baton.toml", Tone::Look),
    };
    let error = one.last_error.zip(one.last_error_at).map(|(code, at)| {
        let says = Code::named(code).map_or(code, Code::says).trim_end_matches('.');
        let status = one.last_error_status.map(|status| format!(", it answered {status}"));
        (format!("{says}{}", status.unwrap_or_default()), moments::when(at, now))
    });
    DestinationView {
        name: one.name.clone(),
        kind: one.kind.unwrap_or("unknown").to_owned(),
        health: (word.to_owned(), tone),
        last: one.last_delivered.map(|last| moments::when(last, now)),
        open: one.open,
        error,
        test: (app.config.destinations.contains_key(&one.name))
            .then(|| Href::to(format!("/connections/{}/test", escape_query(&one.name)))),
    }
}
