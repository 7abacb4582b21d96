//! How a request is done over an open crank.

use std::collections::BTreeMap;
use std::sync::Arc;

use crank::{Applied, Crank, CrankError, UndoOrder};
use domain::fact::{By, Mode, StrategyVersion};
use domain::handoff::MemberId;
use domain::reason::Code;
use domain::signal::SourceName;
use domain::{KeyId, Moment};
use engine::availability::TeamAvailability;
use rules::strategy::{Files, compile};
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{KeyRow, LeadsTo, Read};

use super::refusal::{IDENTIFIER_SHARED, Refusal};
use super::request::{Request, Response};
use super::{decisions, disclosure, imports, rows, second_factor, users};
use crate::auth::credential::Credential;
use crate::auth::keys::{acts_as_nobody, hash, member_word};
use crate::auth::scope::Scope;
use crate::config::resolved::SourceSettings;
use crate::service::act::desk::{self, DeskRequest};
use crate::service::act::{ActRequest, Actor, erasure, identity, perform, quarantine};
use crate::service::group::group;
use crate::service::identifier::subject_keys;
use crate::service::kept_maps;
use crate::service::read::failure::Candidates;

/// The longest id of a member that a key is made for, in bytes.
const MEMBER_BYTES_MAX: usize = 200;
/// Bytes of a key's secret.
const SECRET_BYTES: usize = 24;
/// What stands before a secret, so that scanners of code recognise one.
const SECRET_PREFIX: &str = "baton_";
/// Does what is asked. It opens and commits groups of its own: call it outside of one.
pub fn answer(
    crank: &mut Crank<SqliteStore>,
    sources: &BTreeMap<SourceName, SourceSettings>,
    request: Request,
    now: Moment,
) -> Response {
    tried(crank, sources, request, now).unwrap_or_else(Response::Refused)
}

fn tried(
    crank: &mut Crank<SqliteStore>,
    sources: &BTreeMap<SourceName, SourceSettings>,
    request: Request,
    now: Moment,
) -> Result<Response, Refusal> {
    match request {
        Request::Hello => Ok(Response::Hello { version: env!("CARGO_PKG_VERSION").to_owned() }),
        Request::KeepMap { text } => Ok(kept_maps::keep(crank, &text).map(|_| Response::Done)?),
        Request::RecordImport(told) => imports::record(crank, told, now).map(|()| Response::Done),
        Request::UndoImport { import, consents, is_dry_run, by } => {
            let by = by.map_or(By::Operator, Credential::by);
            imports::undo(crank, &UndoOrder { import, consents, by }, is_dry_run, now)
        }
        Request::Rows { import, rows } => {
            let tally = group(crank, |crank| rows::take(crank, &rows.0, import, now))?;
            Ok(Response::Rows(tally))
        }
        Request::Turns { limit } => turns(crank, limit, now),
        Request::CreateKey { name, scopes, source, member } => {
            let words = words_of_key(crank, scopes, member.as_deref(), now)?;
            create_key(crank, name, words, (source, sources), now)
        }
        Request::RevokeKey { key } => revoke_key(crank, key, now),
        Request::AddUser { email, role, member, password, by } => {
            if let Some(member) = &member {
                check_member(crank, member, now)?;
            }
            users::add(crank, &email, (&role, member), password, (by, now))
        }
        Request::RevokeUser { user, sessions_alone, by } => {
            users::revoke(crank, user, sessions_alone, (by, now))
        }
        Request::BeginSecondFactor { user, secret, code, recovery } => {
            second_factor::begin(crank, user, (&secret, &code), &recovery, now)
        }
        Request::UseProvider { user, issuer, subject } => {
            users::use_provider(crank, user, issuer, subject.reveal())
        }
        Request::UseCode { user, code } => second_factor::use_code(crank, user, &code, now),
        Request::EndSecondFactor { user, code } => {
            second_factor::end(crank, user, code.as_ref(), now)
        }
        Request::UseLink { user, link, password } => {
            users::use_link(crank, user, link, password, now)
        }
        Request::Apply { files, mode, replaces, by } => {
            check_replaced(crank, replaces.as_deref())?;
            apply(crank, Files(files.0), &mode, (&by_of(by), now))
        }
        Request::RollBack { version, replaces, by } => {
            check_replaced(crank, replaces.as_deref())?;
            roll_back(crank, version.as_deref(), (&by_of(by), now))
        }
        Request::SaveDraft { files, based_on, edits, by } => {
            super::drafts::save(crank, &Files(files.0), (based_on, edits.as_deref()), by, now)
        }
        Request::DiscardDraft { draft } => super::drafts::discard(crank, &draft),
        Request::Entries { entries, change, values_shown } => {
            let mut entries = quarantine::perform(crank, &entries, &change, sources, now)?;
            quarantine::show_values(crank, &mut entries, values_shown, now);
            Ok(Response::Entries { entries })
        }
        Request::Act { handoff, wanted, acts_as, note } => {
            let deed = wanted.read(note)?;
            let (actor, seen, once) = (Actor::Operator, None, None);
            act(crank, &ActRequest { handoff, deed, actor, acts_as, seen, once }, now)
        }
        Request::Desk { member, change, is_dry_run } => {
            let (actor, acts_as, once) = (Actor::Operator, None, None);
            let asked = DeskRequest { member, change, actor, acts_as, once, is_dry_run };
            let done = desk::change(crank, &asked, now).map_err(CrankError::from)?;
            Ok(Response::Desk(Box::new(done?)))
        }
        Request::Erase { whom, is_dry_run: true, by: _ } => {
            Ok(Response::Erased(Box::new(erasure::preview(crank, whom)?)))
        }
        Request::Erase { whom, is_dry_run: false, by } => {
            let by = by.map_or(By::Operator, Credential::by);
            Ok(Response::Erased(Box::new(erasure::erase(crank, whom, &by, now)?)))
        }
        Request::Find { identifier } => find(crank, &identifier),
        Request::Identity { change, reason, is_dry_run, by } => {
            let by = by.map_or(By::Operator, Credential::by);
            let done = identity::change(crank, &change, reason.as_deref(), (&by, is_dry_run), now);
            Ok(Response::Identity(Box::new(done.map_err(CrankError::from)??)))
        }
        Request::Disclose { purpose, reason, account, entry, nodes } => {
            let subject = disclosure::subject(account, entry);
            disclosure::record(crank, &purpose, reason, subject, nodes, now)?;
            Ok(Response::Done)
        }
    }
}

fn turns(crank: &mut Crank<SqliteStore>, limit: usize, now: Moment) -> Result<Response, Refusal> {
    let strategy = crank.strategies().in_force().is_some();
    let taken = crank.take_turns(now, limit).map_err(CrankError::from)?;
    let handoffs = taken.iter().filter(|taken| taken.handoff.is_some()).count() as u64;
    let waiting = crank.waiting()?;
    let decided = decisions::count(&taken);
    Ok(Response::Turns { taken: taken.len() as u64, waiting, handoffs, decided, strategy })
}

/// The words that a key is kept with: its scopes, and whose it is. Whoever acts has to be in the team,
/// and the key to be let act.
fn words_of_key(
    crank: &Crank<SqliteStore>,
    scopes: Vec<String>,
    member: Option<&str>,
    now: Moment,
) -> Result<Vec<String>, Refusal> {
    let mut known = Vec::with_capacity(scopes.len());
    for word in &scopes {
        let unknown = || Refusal::wrong("unknown-word", format!("there is no scope `{word}`"));
        known.push(Scope::named(word).ok_or_else(unknown)?);
    }
    let Some(member) = member else {
        if acts_as_nobody(&scopes) {
            let says = "a key that may work handoffs acts as a member of the team: say which with \
                        `--member ID`, by their id in `team.csv`";
            return Err(Refusal::wrong("key-without-member", says));
        }
        return Ok(scopes);
    };
    if known.into_iter().all(|scope| scope.acts().is_none()) {
        let says = "a key that may not work handoffs acts as nobody; give it the scope `work` too";
        return Err(Refusal::wrong("scope-missing", says));
    }
    check_member(crank, member, now)?;
    Ok(scopes.into_iter().chain([member_word(member)]).collect())
}

/// Refuses a member whom the team of the strategy in force does not have, or who has left it. Without a
/// strategy any id is taken, and looked up when the key is used.
fn check_member(crank: &Crank<SqliteStore>, member: &str, now: Moment) -> Result<(), Refusal> {
    let missing = |says: String| Err(Refusal::wrong("member-missing", says));
    if !(1..=MEMBER_BYTES_MAX).contains(&member.len()) {
        return missing(format!("a member's id has 1 to {MEMBER_BYTES_MAX} bytes"));
    }
    let Some(strategy) = crank.strategies().in_force() else { return Ok(()) };
    let id = MemberId(member.into());
    match TeamAvailability::new(strategy, now).absent_for_good(&id, crank.desk()) {
        Some(Code::NotInTeam) => {
            missing(format!("the team of the strategy in force has no member `{member}`"))
        }
        Some(Code::OwnerLeft) => missing(format!("`{member}` has left the team")),
        // Whoever joins later may have their key before.
        Some(_) | None => Ok(()),
    }
}

/// Refuses the name of a source that is none, or that the configuration does not have beside others.
/// Where it has none at all, any name is a source that takes CloudEvents.
fn check_source(
    typed: &str,
    sources: &BTreeMap<SourceName, SourceSettings>,
) -> Result<(), Refusal> {
    let Ok(name) = SourceName::new(typed) else {
        let says = "a source's name has 1 to 40 of a-z, 0-9, `-`, `_` and `.`";
        return Err(Refusal::wrong("unknown-source", says));
    };
    if sources.is_empty() || sources.contains_key(&name) {
        return Ok(());
    }
    let known: Vec<String> = sources.keys().map(|known| format!("`{known}`")).collect();
    let says = format!("baton.toml has no [sources.{name}]; the sources are {}", known.join(", "));
    Err(Refusal::wrong("unknown-source", says))
}

fn create_key(
    crank: &mut Crank<SqliteStore>,
    name: String,
    scopes: Vec<String>,
    (source, sources): (Option<String>, &BTreeMap<SourceName, SourceSettings>),
    now: Moment,
) -> Result<Response, Refusal> {
    if let Some(source) = &source {
        check_source(source, sources)?;
    }
    let secret = secret()?;
    let hash = hash(&secret);
    let key = KeyId::caused_by(&[&hash]);
    let row = KeyRow { key, name, scopes, source, hash, created: now, revoked: None };
    group(crank, |crank| crank.put_key(&row))?;
    Ok(Response::Key { key, secret })
}

fn secret() -> Result<String, Refusal> {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let drawn: [u8; SECRET_BYTES] = Chance::system().draw()?;
    let mut bits = 0u32;
    let mut held = 0;
    let mut text = SECRET_PREFIX.to_owned();
    for byte in drawn {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(LETTERS[(bits >> held & 31) as usize]));
        }
    }
    Ok(text)
}

fn revoke_key(
    crank: &mut Crank<SqliteStore>,
    key: KeyId,
    now: Moment,
) -> Result<Response, Refusal> {
    let there = group(crank, |crank| crank.revoke_key(key, now))?;
    if there {
        Ok(Response::Done)
    } else {
        Err(Refusal::wrong("unknown-id", format!("there is no key `{key}` that is in use")))
    }
}

fn apply(
    crank: &mut Crank<SqliteStore>,
    files: Files,
    mode: &str,
    (by, now): (&By, Moment),
) -> Result<Response, Refusal> {
    let Some(mode) = Mode::named(mode) else {
        let says = "only `live` is at hand: nothing here runs a strategy in shadow or as a canary";
        return Err(Refusal::unable("mode-unready", says));
    };
    let Some(strategy) = compile(&files).strategy else {
        return Err(Refusal::unable(
            "strategy-wrong",
            "the strategy has errors; run `baton check`",
        ));
    };
    let strategy = Arc::new(strategy);
    let applied = group(crank, |crank| crank.apply(&files, strategy, mode, by, now))?;
    Ok(told(&applied))
}

fn roll_back(
    crank: &mut Crank<SqliteStore>,
    version: Option<&str>,
    (by, now): (&By, Moment),
) -> Result<Response, Refusal> {
    let version = version.map(|typed| version_of(crank, typed)).transpose()?;
    let applied = group(crank, |crank| crank.roll_back_strategy(version, by, now))?;
    Ok(told(&applied))
}

/// Who asks, as it is recorded.
fn by_of(by: Option<Credential>) -> By {
    by.map_or(By::Operator, Credential::by)
}

/// Refuses what was decided over another version than the one in force.
fn check_replaced(crank: &Crank<SqliteStore>, replaces: Option<&str>) -> Result<(), Refusal> {
    let Some(expected) = replaces else { return Ok(()) };
    let force = crank.strategies().in_force().map(|strategy| strategy.version.to_string());
    let fits = match &force {
        Some(version) => !expected.is_empty() && version.starts_with(expected),
        None => expected.is_empty(),
    };
    if fits {
        return Ok(());
    }
    let says = match force {
        Some(version) => {
            format!("`{version}` is in force by now; look at what differs, and decide again")
        }
        None => "no strategy is in force by now; look again, and decide then".to_owned(),
    };
    Err(Refusal::unable("strategy-changed", says))
}

fn version_of(crank: &Crank<SqliteStore>, typed: &str) -> Result<StrategyVersion, Refusal> {
    let known = crank.store().strategies()?;
    let fits = known.iter().filter(|row| row.version.to_string().starts_with(typed));
    match fits.map(|row| row.version).collect::<Vec<_>>().as_slice() {
        [one] => Ok(*one),
        [] => {
            let says = format!("no strategy was ever applied whose version begins with `{typed}`");
            Err(Refusal::wrong("unknown-id", says))
        }
        several => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            let several = Candidates::of(&several);
            let says = format!("several versions begin with `{typed}`: {several}");
            Err(Refusal::wrong("unknown-id", says))
        }
    }
}

fn told(applied: &Applied) -> Response {
    Response::Applied {
        strategy: applied.strategy.to_string(),
        mode: applied.mode.to_string(),
        previous: applied.previous.map(|version| version.to_string()),
        handed_on: applied.handed_on.iter().cloned().map(Into::into).collect(),
    }
}

fn act(
    crank: &mut Crank<SqliteStore>,
    request: &ActRequest,
    now: Moment,
) -> Result<Response, Refusal> {
    let acted = group(crank, |crank| -> Result<_, Refusal> { Ok(perform(crank, request, now)??) })?;
    let handoff = serde_json::from_slice(&acted.body).expect("a view is JSON");
    Ok(Response::Acted { handoff })
}

/// Whom an identifier leads to: an address, a number, or `SOURCE:ID`.
fn find(crank: &Crank<SqliteStore>, identifier: &str) -> Result<Response, Refusal> {
    let keys = subject_keys(identifier);
    if keys.is_empty() {
        let says = "this is no e-mail address, no phone number with `+`, and no `SOURCE:ID`";
        return Err(Refusal::wrong("identifier-unreadable", says));
    }
    let leads = crank.store().leads(&keys)?;
    if leads.into_iter().find(|leads| *leads != LeadsTo::Nowhere).is_some_and(LeadsTo::is_shared) {
        return Err(Refusal::wrong("identifier-shared", IDENTIFIER_SHARED));
    }
    Ok(Response::Found { person: crank.person_by(&keys)? })
}
