//! `baton user`: who may sign in to the pages.

use std::io::{self, BufRead as _};

use clap::{Args, Subcommand};
use domain::{Moment, UserId};
use serde::Serialize;
use store::{Read, UserRow};

use super::asking::new_password;
use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::several_begin_so;
use super::terminal::TextStyle;
use super::text::{columns, plain};
use crate::auth::passwords;
use crate::auth::users::normal_email;
use crate::local::{Request, Response};
use crate::runtime::clock;

/// Let people sign in, list them and revoke them
#[derive(Subcommand)]
pub(super) enum Verb {
    Add(Add),
    List(List),
    Revoke(Revoke),
}

/// Let somebody sign in, or change as what they do
///
/// Prints an address that signs them in once, within a day, and lets them choose a password. Somebody who
/// is known already gets the role and member that are said here, and is signed out everywhere.
#[derive(Args)]
#[command(after_help = "Examples:
  baton user add ann@acme.example --role rep --member ann
  baton user add ops@acme.example --role revops --password
  baton user add ann@acme.example --role manager --member ann --password-stdin < file")]
pub(super) struct Add {
    /// Their e-mail address
    #[arg(value_name = "EMAIL")]
    email: String,
    /// What they are: rep, manager, marketer, revops, leader, auditor, admin
    #[arg(long)]
    role: String,
    /// The member of the team that they are, by their id in `team.csv`; needed for a rep and a manager
    #[arg(long, value_name = "ID")]
    member: Option<String>,
    /// Ask for a password and set it, and print no address
    #[arg(long, conflicts_with = "password_stdin")]
    password: bool,
    /// Set the password that stands in the first line of standard input, and print no address
    #[arg(long)]
    password_stdin: bool,
}

/// List who may sign in, revoked ones too
#[derive(Args)]
pub(super) struct List {}

/// Let somebody sign in no more, from this moment on
#[derive(Args)]
#[command(after_help = "Examples:
  baton user revoke ann@acme.example
  baton user revoke u-7f3a --sessions
  baton user revoke u-7f3a --second-factor")]
pub(super) struct Revoke {
    /// Their address, their id, or any unique prefix of it
    #[arg(value_name = "USER")]
    user: String,
    /// Sign them out everywhere, and let them sign in again
    #[arg(long)]
    sessions: bool,
    /// End their second factor, which they have lost, and let them sign in without it
    #[arg(long, conflicts_with = "sessions")]
    second_factor: bool,
}

/// A user as they are printed once.
#[derive(Serialize)]
struct Made<'a> {
    id: UserId,
    role: &'a str,
    member: Option<&'a str>,
    link: Option<&'a str>,
}

/// A user as they are listed.
#[derive(Serialize)]
struct Listed<'a> {
    id: UserId,
    email: Option<&'a str>,
    role: &'static str,
    member: Option<&'a str>,
    added: Moment,
    revoked: Option<Moment>,
    password: bool,
    second_factor: bool,
}

pub(super) fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match verb {
        Verb::Add(arguments) => ("add the user", add(&arguments, call)),
        Verb::List(List {}) => ("list users", list(call)),
        Verb::Revoke(arguments) => ("revoke the user", revoke(&arguments, call)),
    }
}

fn add(arguments: &Add, call: &Call) -> Result<Ending, Failure> {
    let Add { email, role, member, password, password_stdin } = arguments;
    let password = match (*password, *password_stdin) {
        (true, _) => Some(password_of(&new_password(call)?)?),
        (false, true) => Some(password_of(&first_line()?)?),
        (false, false) => None,
    };
    let host = call.configured()?.listen.public_url.unwrap_or_default();
    let mut executor = call.executor()?;
    let (email, role, member) = (email.clone(), role.clone(), member.clone());
    let shown = (role.clone(), member.clone());
    let request = Request::AddUser { email, role, member, password, by: None };
    let answered = executor.ask(request, clock::now())?;
    executor.close()?;
    let Response::User { user, link } = answered else {
        return Err(Failure::unable("server-differs", "the server answered something else"));
    };
    let path = link.map(|link| format!("{host}/sign-in/link/{link}"));
    if call.terminal.json {
        let (role, member) = (shown.0.as_str(), shown.1.as_deref());
        call.terminal.json(&Made { id: user, role, member, link: path.as_deref() })?;
    } else if let Some(path) = path {
        call.terminal.aside(&format!(
            "user {user} may sign in; this address of the server signs them in once, within a day:"
        ));
        call.terminal.line(&path)?;
    } else {
        call.terminal.line(&format!("user {user} may sign in with the password"))?;
    }
    Ok(Ending::Done)
}

/// What is kept of a password that fits.
fn password_of(password: &str) -> Result<String, Failure> {
    if let Some(unfit) = passwords::unfit(password) {
        return Err(Failure::wrong("password-unfit", unfit));
    }
    Ok(passwords::hash(password)?)
}

fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn list(call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let users = reader.users()?;
    let mut known = Vec::with_capacity(users.len());
    for row in &users {
        known.push((row, reader.user_secrets(row.user)?));
    }
    if call.terminal.json {
        let listed: Vec<Listed<'_>> = known
            .iter()
            .map(|(row, secrets)| Listed {
                id: row.user,
                email: secrets.as_ref().map(|secrets| secrets.email.as_str()),
                role: row.role.as_str(),
                member: row.member.as_deref(),
                added: row.added,
                revoked: row.revoked,
                password: secrets.as_ref().is_some_and(|secrets| secrets.password.is_some()),
                second_factor: secrets
                    .as_ref()
                    .is_some_and(|secrets| secrets.second_factor.is_some()),
            })
            .collect();
        call.terminal.json(&listed)?;
        return Ok(Ending::Done);
    }
    if known.is_empty() {
        call.terminal.line("nobody may sign in; `baton user add` lets somebody")?;
        return Ok(Ending::Done);
    }
    let rows: Vec<Vec<String>> = known
        .iter()
        .map(|(row, secrets)| {
            shown(row, secrets.as_ref().map_or("", |secrets| secrets.email.as_str()), call)
        })
        .collect();
    for line in columns(&rows, &[]) {
        call.terminal.line(&line)?;
    }
    Ok(Ending::Done)
}

fn shown(row: &UserRow, email: &str, call: &Call) -> Vec<String> {
    let state = match row.revoked {
        Some(revoked) => call.terminal.styled(TextStyle::Red, &format!("revoked {revoked:.10}")),
        None => call.terminal.styled(TextStyle::Green, "may sign in"),
    };
    let member = row.member.as_ref().map_or(String::new(), |id| format!("as {}", plain(id)));
    let id = call.terminal.styled(TextStyle::Dim, &row.user.to_string());
    vec![plain(email), row.role.to_string(), member, state, id]
}

fn revoke(arguments: &Revoke, call: &Call) -> Result<Ending, Failure> {
    let Revoke { user: typed, sessions, second_factor } = arguments;
    let user = found(typed, call)?;
    let mut executor = call.known_executor()?;
    let (request, says) = match (*sessions, *second_factor) {
        (_, true) => {
            (Request::EndSecondFactor { user, code: None }, "signs in without a second factor")
        }
        (true, false) => (
            Request::RevokeUser { user, sessions_alone: true, by: None },
            "is signed out everywhere",
        ),
        (false, false) => {
            (Request::RevokeUser { user, sessions_alone: false, by: None }, "may sign in no more")
        }
    };
    executor.ask(request, clock::now())?;
    executor.close()?;
    let revoked = !sessions && !second_factor;
    if call.terminal.json {
        call.terminal.json(&serde_json::json!({ "id": user, "revoked": revoked }))?;
    } else {
        call.terminal.line(&format!("user {user} {says}"))?;
    }
    Ok(Ending::Done)
}

/// The user by what somebody typed: an address, an id or the beginning of one.
fn found(typed: &str, call: &Call) -> Result<UserId, Failure> {
    let reader = call.reader()?;
    if let Some(email) = normal_email(typed) {
        let row = reader.user_by_email(&email)?;
        let missing = || Failure::wrong("unknown-id", "there is no user with this address");
        return row.map(|row| row.user).ok_or_else(missing);
    }
    let (first, last) =
        UserId::prefix(typed).map_err(|error| Failure::wrong("unknown-id", error.to_string()))?;
    let users = reader.users()?;
    let fits = users.iter().filter(|row| (first..=last).contains(row.user.bytes()));
    match fits.map(|row| row.user).collect::<Vec<_>>().as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::wrong("unknown-id", "there is no user whose id begins so")),
        several => Err(several_begin_so(several)),
    }
}
