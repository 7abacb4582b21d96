//! Who asks, and whether they may.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connectors::reading::VerifiedKinds;
use domain::signal::SourceName;

use super::app::App;
use super::problem::{CHALLENGE, Problem};
use crate::auth::action::Action;
use crate::auth::credential::Credential;
use crate::auth::keys::Caller;
use crate::runtime::clock;

/// The longest key that is looked up, in bytes.
const KEY_BYTES_MAX: usize = 512;
/// The source of what comes in where none is configured.
const UNNAMED: &str = "http";

/// Who asks, by `Authorization`, if they may do this.
pub(super) fn require(app: &App, headers: &HeaderMap, action: Action) -> Result<Caller, Problem> {
    let key = key(headers)?.ok_or_else(|| refused(app))?;
    with_key(app, &key, action)
}

/// Who asks, by a key that came in another way.
pub(super) fn with_key(app: &App, key: &str, action: Action) -> Result<Caller, Problem> {
    let keys = app.shared.keys();
    let caller = keys.caller(key).ok_or_else(|| refused(app))?;
    if let Credential::Key(key) = caller.id {
        app.uses.note(key, clock::now());
    }
    if caller.may(action) {
        return Ok(caller.clone());
    }
    let detail = match app.shared.policies.scope_for(action) {
        Some(scope) => format!("this key lacks the scope `{}`", scope.as_str()),
        None => format!("no key may `{}`", action.as_str()),
    };
    Err(Problem::new(403, "scope-missing", detail))
}

/// Whether a header shows a key that is known, whatever it may do.
pub(super) fn is_known(app: &App, headers: &HeaderMap) -> bool {
    let key = key(headers).ok().flatten();
    key.is_some_and(|key| app.shared.keys().caller(&key).is_some())
}

/// Nobody is let in who has no key that fits.
pub(super) fn refused(app: &App) -> Problem {
    app.shared.metrics.unauthorised.one();
    Problem::unauthorised()
}

/// The key of `Authorization`: a bearer's, or the user of Basic.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let unfit = || {
        Problem::new(401, "key-unfit", "`Authorization` is Bearer or Basic with a key")
            .header(header::WWW_AUTHENTICATE, CHALLENGE)
    };
    let text = value.to_str().map_err(|_| unfit())?.trim();
    let (scheme, rest) = text.split_once(' ').ok_or_else(unfit)?;
    let key = if scheme.eq_ignore_ascii_case("bearer") {
        rest.trim().to_owned()
    } else if scheme.eq_ignore_ascii_case("basic") {
        let decoded = STANDARD.decode(rest.trim()).map_err(|_| unfit())?;
        let decoded = String::from_utf8(decoded).map_err(|_| unfit())?;
        decoded.split(':').next().unwrap_or_default().to_owned()
    } else {
        return Err(unfit());
    };
    if (1..=KEY_BYTES_MAX).contains(&key.len()) { Ok(Some(key)) } else { Err(unfit()) }
}

/// The source of what a caller ingests, and what it verifies.
pub(super) fn source(app: &App, caller: &Caller) -> Result<(SourceName, VerifiedKinds), Problem> {
    let sources = &app.config.sources;
    let name = match &caller.source {
        Some(name) => name.clone(),
        None if sources.len() > 1 => {
            return Err(Problem::new(
                403,
                "source-needed",
                "this key names no source, and several are configured: make one with `--source`",
            ));
        }
        None => match sources.keys().next() {
            Some(only) => only.clone(),
            None => SourceName::new(UNNAMED).expect("a name of letters"),
        },
    };
    let verifies = sources.get(&name).map_or(VerifiedKinds::NONE, |source| source.verifies);
    Ok((name, verifies))
}

/// The answer to a post whose secret or signature does not fit. Whoever has no key leaves nothing but a
/// figure.
pub(super) fn unbelieved(app: &App, code: &'static str, says: &impl ToString) -> Problem {
    app.shared.metrics.signatures_refused.one();
    Problem::new(401, code, says.to_string())
}
