//! `baton key`: who may ask the server for what.

use clap::{Args, Subcommand};
use domain::{KeyId, Moment};
use serde::Serialize;
use store::{KeyRow, Read};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::several_begin_so;
use super::terminal::TextStyle;
use super::text::{columns, plain};
use crate::auth::keys::{acts_as_nobody, member_of};
use crate::auth::scope::Scope;
use crate::local::{Request, Response};
use crate::runtime::clock;

/// Make, list and revoke the keys of the API
#[derive(Subcommand)]
pub(super) enum Verb {
    Create(Create),
    List(List),
    Revoke(Revoke),
}

/// Make a key; it is shown this once
#[derive(Args)]
#[command(after_help = "Examples:
  baton key create --name website --scope ingest --source web
  baton key create --name dashboards --scope read,audit
  baton key create --name ann-phone --scope work --member ann")]
pub(super) struct Create {
    /// A name for it
    #[arg(long)]
    name: String,
    /// What it may do: ingest, read, work, revops, agent, audit, admin
    #[arg(long, value_delimiter = ',', required = true, value_name = "SCOPE,…")]
    scope: Vec<String>,
    /// The source that it sends for, by its name in baton.toml; not needed where there is only one
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// The member who acts with it, by their id in `team.csv` of the strategy in force; needed with
    /// `work`, whose holder acts as this member alone. With `revops` and `admin` one may act for others
    #[arg(long, value_name = "ID")]
    member: Option<String>,
}

/// List keys, revoked ones too
#[derive(Args)]
pub(super) struct List {}

/// Revoke a key, from this moment on
#[derive(Args)]
#[command(after_help = "Example:
  baton key revoke k-7f3a")]
pub(super) struct Revoke {
    /// Its id, or any unique prefix of it
    #[arg(value_name = "KEY")]
    key: String,
}

/// A key as it is printed once.
#[derive(Serialize)]
struct Made<'a> {
    id: KeyId,
    key: &'a str,
    name: &'a str,
    scopes: &'a [String],
    source: Option<&'a str>,
    member: Option<&'a str>,
}

/// A key as it is listed.
#[derive(Serialize)]
struct Listed<'a> {
    id: KeyId,
    name: &'a str,
    scopes: Vec<&'a str>,
    source: Option<&'a str>,
    member: Option<&'a str>,
    created: Moment,
    revoked: Option<Moment>,
}

pub(super) fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match verb {
        Verb::Create(arguments) => ("make a key", create(&arguments, call)),
        Verb::List(List {}) => ("list keys", list(call)),
        Verb::Revoke(arguments) => ("revoke the key", revoke(&arguments, call)),
    }
}

fn create(arguments: &Create, call: &Call) -> Result<Ending, Failure> {
    let Create { name, scope, source, member } = arguments;
    if let Some(unknown) = scope.iter().find(|word| Scope::named(word).is_none()) {
        let known: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        let near = notation::nearest(unknown, known.iter().copied());
        let help = near.map_or_else(
            || format!("known: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let says = format!("there is no scope `{}`; {help}", plain(unknown));
        return Err(Failure::wrong("unknown-word", says));
    }
    let source = source.clone().or_else(|| the_one_source(call));
    let mut executor = call.executor()?;
    if let Some(source) = source.as_deref().filter(|_| !executor.is_server())
        && call.configured()?.sources.is_empty()
    {
        call.terminal.warn(&format!(
            "baton.toml has no [sources.{}]: what comes with this key is read as CloudEvents, and its \
             identifiers are not verified",
            plain(source)
        ));
    }
    let request = Request::CreateKey {
        name: name.clone(),
        scopes: scope.clone(),
        source: source.clone(),
        member: member.clone(),
    };
    let answered = executor.ask(request, clock::now())?;
    executor.close()?;
    let Response::Key { key, secret } = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    let (source, member) = (source.as_deref(), member.as_deref());
    if call.terminal.json {
        call.terminal.json(&Made { id: key, key: &secret, name, scopes: scope, source, member })?;
    } else {
        call.terminal.aside(&format!("key {key} of {}, shown this once:", plain(name)));
        call.terminal.line(&secret)?;
    }
    Ok(Ending::Done)
}

/// Where one source alone is configured nobody has to name it.
fn the_one_source(call: &Call) -> Option<String> {
    let config = call.configured().ok()?;
    let mut names = config.sources.into_keys();
    names.next().filter(|_| names.next().is_none())
}

fn list(call: &Call) -> Result<Ending, Failure> {
    let keys = call.reader()?.keys()?;
    if call.terminal.json {
        let listed: Vec<Listed<'_>> = keys.iter().map(listed).collect();
        call.terminal.json(&listed)?;
        return Ok(Ending::Done);
    }
    if keys.is_empty() {
        call.terminal.line("no keys; `baton key create` makes one")?;
        return Ok(Ending::Done);
    }
    let rows: Vec<Vec<String>> = keys.iter().map(|key| row(key, call)).collect();
    for line in columns(&rows, &[]) {
        call.terminal.line(&line)?;
    }
    Ok(Ending::Done)
}

fn listed(row: &KeyRow) -> Listed<'_> {
    Listed {
        id: row.key,
        name: &row.name,
        scopes: scopes(row),
        source: row.source.as_deref(),
        member: member_of(&row.scopes),
        created: row.created,
        revoked: row.revoked,
    }
}

/// What a key may do, without whose it is.
fn scopes(row: &KeyRow) -> Vec<&str> {
    let words = row.scopes.iter().map(String::as_str);
    words.filter(|word| Scope::named(word).is_some()).collect()
}

fn row(key: &KeyRow, call: &Call) -> Vec<String> {
    let nobody = key.revoked.is_none() && acts_as_nobody(&key.scopes);
    let state = match key.revoked {
        Some(revoked) => call.terminal.styled(TextStyle::Red, &format!("revoked {revoked:.10}")),
        None if nobody => call.terminal.styled(TextStyle::Amber, "reads only: no member"),
        None => call.terminal.styled(TextStyle::Green, "in use"),
    };
    let source = key.source.as_ref().map_or(String::new(), |source| format!("for {source}"));
    let id = call.terminal.styled(TextStyle::Dim, &key.key.to_string());
    let whose = member_of(&key.scopes).map_or(String::new(), |id| format!("as {}", plain(id)));
    vec![plain(&key.name), scopes(key).join(","), source, whose, state, id]
}

fn revoke(arguments: &Revoke, call: &Call) -> Result<Ending, Failure> {
    let (first, last) = KeyId::prefix(&arguments.key)
        .map_err(|error| Failure::wrong("unknown-id", error.to_string()))?;
    let keys = call.reader()?.keys()?;
    let fits = keys.iter().filter(|row| (first..=last).contains(row.key.bytes()));
    let key = match fits.map(|row| row.key).collect::<Vec<_>>().as_slice() {
        [one] => *one,
        [] => {
            return Err(Failure::wrong("unknown-id", "there is no key whose id begins so"));
        }
        several => return Err(several_begin_so(several)),
    };
    let mut executor = call.known_executor()?;
    executor.ask(Request::RevokeKey { key }, clock::now())?;
    executor.close()?;
    if call.terminal.json {
        call.terminal.json(&serde_json::json!({ "id": key, "revoked": true }))?;
    } else {
        call.terminal.line(&format!("key {key} is revoked"))?;
    }
    Ok(Ending::Done)
}
