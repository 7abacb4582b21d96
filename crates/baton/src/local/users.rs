//! Users: who may sign in, as what, and until when.

use crank::{Crank, CrankError};
use domain::fact::By;
use domain::{Moment, Role, Span, UserId};
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{ProvidedIdentity, Read, SignInLink, UserRow, UserSecrets};

use super::refusal::Refusal;
use super::request::Response;
use crate::auth::credential::Credential;
use crate::auth::passwords;
use crate::auth::token::Token;
use crate::auth::users::normal_email;
use crate::service::group::group;

/// How long an address signs somebody in.
const LINK_LASTS: Span = Span::days(1);

/// Lets somebody sign in, or changes as what they do. All that was open for them ends.
pub(super) fn add(
    crank: &mut Crank<SqliteStore>,
    email: &str,
    (role, member): (&str, Option<String>),
    password: Option<String>,
    (by, now): (Option<Credential>, Moment),
) -> Result<Response, Refusal> {
    let role = Role::named(role).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        Refusal::wrong("unknown-word", format!("a role is one of {}", known.join(", ")))
    })?;
    if matches!(role, Role::Rep | Role::Manager) && member.is_none() {
        let says = "a rep and a manager act as a member of the team: say which with `--member ID`, by \
                    their id in `team.csv`";
        return Err(Refusal::wrong("user-without-member", says));
    }
    let email = normal_email(email).ok_or_else(|| {
        Refusal::wrong(
            "address-unreadable",
            "a user has an e-mail address, such as ann@acme.example",
        )
    })?;
    if password.as_deref().is_some_and(|kept| !passwords::is_hash(kept)) {
        return Err(Refusal::wrong(
            "password-unfit",
            "the password was not hashed as it has to be",
        ));
    }
    let before = crank.store().user_by_email(&email)?;
    if let Some(before) = before.as_ref().filter(|_| role != Role::Admin) {
        keep_an_admin(crank, before)?;
    }
    // Whoever was revoked comes back without their old password and second factor.
    let goes_on = before.as_ref().filter(|row| row.revoked.is_none());
    let secrets = goes_on.map(|row| crank.store().user_secrets(row.user)).transpose()?.flatten();
    let (old, second_factor, provided) = secrets.map_or((None, None, None), |secrets| {
        (secrets.password, secrets.second_factor, secrets.provided)
    });
    let kept = password.clone().or(old);
    // Whoever has nothing to sign in with gets an address that does it once.
    let token = if password.is_none() { Some(Token::draw()?) } else { None };
    let link = |token: &Token| SignInLink { hash: token.hash(), expires: now + LINK_LASTS };
    let row = UserRow {
        user: match &before {
            Some(before) => before.user,
            None => UserId::from_bytes(Chance::system().draw()?),
        },
        role,
        member,
        generation: before.as_ref().map_or(0, |before| before.generation + 1),
        added: before.as_ref().map_or(now, |before| before.added),
        revoked: None,
        link: token.as_ref().map(link),
    };
    let secrets = UserSecrets { email, password: kept, second_factor, provided };
    group(crank, |crank| crank.record_user((&row, &secrets), &recorded(by), now))?;
    let link = token.map(|token| token.reveal().to_owned());
    Ok(Response::User { user: row.user, link })
}

/// Who it was, as it is recorded.
fn recorded(by: Option<Credential>) -> By {
    by.map_or(By::Operator, Credential::by)
}

/// Lets somebody sign in no more, or ends all their sessions and lets them sign in again.
pub(super) fn revoke(
    crank: &mut Crank<SqliteStore>,
    user: UserId,
    sessions_alone: bool,
    (by, now): (Option<Credential>, Moment),
) -> Result<Response, Refusal> {
    let (mut row, secrets) = known(crank, user)?;
    row.generation += 1;
    if sessions_alone {
        group(crank, |crank| crank.put_user_secrets(&row, &secrets))?;
        return Ok(Response::Done);
    }
    keep_an_admin(crank, &row)?;
    (row.revoked, row.link) = (Some(now), None);
    group(crank, |crank| crank.record_user((&row, &secrets), &recorded(by), now))?;
    Ok(Response::Done)
}

/// Uses an address up that signs somebody in once, and keeps the password that they chose.
pub(super) fn use_link(
    crank: &mut Crank<SqliteStore>,
    user: UserId,
    link: [u8; 32],
    password: Option<String>,
    now: Moment,
) -> Result<Response, Refusal> {
    let (mut row, mut secrets) = known(crank, user)?;
    let fits = row.link.is_some_and(|known| known.hash == link && known.expires > now);
    if !fits || password.as_deref().is_some_and(|kept| !passwords::is_hash(kept)) {
        return Err(Refusal::wrong("link-over", "the address was used before, or is over"));
    }
    row.link = None;
    if password.is_some() {
        row.generation += 1;
        secrets.password = password;
    }
    group(crank, |crank| crank.put_user_secrets(&row, &secrets))?;
    Ok(Response::User { user, link: None })
}

/// Lets a user in as whom an identity provider knows them. From the first time on it has to be the same: an
/// address that was given to somebody else opens nothing.
pub(super) fn use_provider(
    crank: &mut Crank<SqliteStore>,
    user: UserId,
    issuer: String,
    subject: &str,
) -> Result<Response, Refusal> {
    let (row, mut secrets) = known(crank, user)?;
    let shown = ProvidedIdentity { issuer, subject: subject.to_owned() };
    match &secrets.provided {
        Some(known) if *known == shown => Ok(Response::Done),
        Some(_) => {
            let says = "the user signed in with another account of the identity provider before";
            Err(Refusal::wrong("sign-in-unknown", says))
        }
        None => {
            secrets.provided = Some(shown);
            group(crank, |crank| crank.put_user_secrets(&row, &secrets))?;
            Ok(Response::Done)
        }
    }
}

/// A user who may sign in, and what is sealed of them.
pub(super) fn known(
    crank: &Crank<SqliteStore>,
    user: UserId,
) -> Result<(UserRow, UserSecrets), Refusal> {
    let rows = crank.store().users()?;
    let row = rows.into_iter().find(|row| row.user == user && row.revoked.is_none());
    let secrets = crank.store().user_secrets(user)?;
    row.zip(secrets).ok_or_else(|| {
        Refusal::wrong("unknown-id", format!("there is no user `{user}` who may sign in"))
    })
}

/// Refuses to take the last administrator away.
fn keep_an_admin(crank: &Crank<SqliteStore>, row: &UserRow) -> Result<(), Refusal> {
    let is_admin = |row: &UserRow| row.role == Role::Admin && row.revoked.is_none();
    if !is_admin(row) {
        return Ok(());
    }
    let rows = crank.store().users().map_err(CrankError::from)?;
    if rows.iter().any(|other| other.user != row.user && is_admin(other)) {
        return Ok(());
    }
    let says = "this is the last administrator: add another one first";
    Err(Refusal::wrong("last-admin", says))
}
