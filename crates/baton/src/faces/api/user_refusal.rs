//! Why something was not done to a user, as pages say it. No route of the API answers so.

use super::problem::Problem;

/// Somebody whom an identity provider knows, and nobody here.
pub(super) fn sign_in_unknown() -> Problem {
    let says = "nobody with this account may sign in here; an administrator lets people in";
    Problem::new(403, "sign-in-unknown", says)
}

/// The problem of a refusal that concerns a user; nothing where it concerns none.
pub(super) fn of(code: &str) -> Option<Problem> {
    let (status, code, says) = match code {
        "sign-in-unknown" => return Some(sign_in_unknown()),
        "code-wrong" => (403, "code-wrong", "this code does not count"),
        "member-missing" => {
            (422, "member-missing", "the team of the strategy in force has no such member")
        }
        "unknown-word" => (422, "unknown-word", "there is no such role"),
        _ => return None,
    };
    Some(Problem::new(status, code, says))
}
