//! A user's second factor: begun once their app has shown a code, asked for, and ended.

use crank::Crank;
use domain::{Moment, UserId};
use store::sqlite::SqliteStore;
use store::{SecondFactor, UserRow, UserSecrets};

use super::refusal::Refusal;
use super::request::Response;
use super::shielded::Shielded;
use super::users::known;
use crate::auth::totp::{self, TotpSecret};
use crate::service::group::group;

/// Begins it with a secret of which the user's app has shown a code.
pub(super) fn begin(
    crank: &mut Crank<SqliteStore>,
    user: UserId,
    (secret, code): (&Shielded, &Shielded),
    recovery: &[Shielded],
    now: Moment,
) -> Result<Response, Refusal> {
    let (row, mut secrets) = known(crank, user)?;
    if secrets.second_factor.is_some() {
        return Err(Refusal::wrong("code-wrong", "there is a second factor already: end it first"));
    }
    let secret = TotpSecret::read(secret.reveal()).ok_or_else(wrong)?;
    let step = secret.step_of(code.reveal(), 0, now).ok_or_else(wrong)?;
    let recovery = recovery.iter().map(Shielded::reveal);
    secrets.second_factor = Some(secret.kept(step, recovery));
    keep(crank, &row, &secrets)
}

/// Uses a code up. Which one counts is judged here, where one thing happens after the other: of two who show
/// the same code at once, one is let in.
pub(super) fn use_code(
    crank: &mut Crank<SqliteStore>,
    user: UserId,
    code: &Shielded,
    now: Moment,
) -> Result<Response, Refusal> {
    let (row, mut secrets) = known(crank, user)?;
    let factor = secrets.second_factor.as_mut().ok_or_else(wrong)?;
    take(factor, code, now)?;
    keep(crank, &row, &secrets)
}

/// Ends it: by a code, or without one for the operator of the machine.
pub(super) fn end(
    crank: &mut Crank<SqliteStore>,
    user: UserId,
    code: Option<&Shielded>,
    now: Moment,
) -> Result<Response, Refusal> {
    let (row, mut secrets) = known(crank, user)?;
    if let Some(code) = code {
        take(secrets.second_factor.as_mut().ok_or_else(wrong)?, code, now)?;
    }
    secrets.second_factor = None;
    keep(crank, &row, &secrets)
}

fn take(factor: &mut SecondFactor, code: &Shielded, now: Moment) -> Result<(), Refusal> {
    let shown = totp::judge(factor, code.reveal(), now).ok_or_else(wrong)?;
    totp::use_up(factor, shown);
    Ok(())
}

fn keep(
    crank: &mut Crank<SqliteStore>,
    row: &UserRow,
    secrets: &UserSecrets,
) -> Result<Response, Refusal> {
    group(crank, |crank| crank.put_user_secrets(row, secrets))?;
    Ok(Response::Done)
}

fn wrong() -> Refusal {
    Refusal::wrong("code-wrong", "this code does not count: each counts once, for about a minute")
}
