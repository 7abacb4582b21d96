//! Users and keys.

use domain::Role;
use serde_json::{Value, json};

use super::operation::{Needed, Operation};
use super::schema::{id, list, name, object, one_of, saying, sent, text};
use crate::auth::scope::Scope;
use crate::faces::api::users::Verb;

/// `GET /v1/users`.
pub(in crate::faces::api) fn users() -> Operation {
    Operation::read("Who may sign in, and who might once.").answers(200, "`users`.", &object())
}

/// `POST /v1/users`.
pub(in crate::faces::api) fn add_user() -> Operation {
    let email = json!({ "type": "string", "minLength": 3, "maxLength": 254 });
    let role = one_of(Role::ALL.iter().map(|role| role.as_str()));
    let member = saying(name(), "Who they are in `team.csv`; a rep and a manager need it.");
    Operation::deed("Let somebody sign in, or change as what they do: what was open for them ends.")
        .takes(
            Needed::Always,
            sent([("email", email), ("role", role), ("member", member)], &["email", "role"]),
        )
        .answers(200, "`id`, and `link`, which signs them in once, within a day.", &object())
}

/// A deed on a user.
pub(in crate::faces::api) fn user(verb: Verb) -> Operation {
    let (summary, says) = match verb {
        Verb::SignOut => ("Sign a user out everywhere.", "All their sessions have ended."),
        Verb::Revoke => ("Let a user sign in no more.", "They sign in no more."),
    };
    Operation::deed(summary)
        .of("id", "The user.", &id('u'))
        .takes(Needed::AtWill, sent([], &[]))
        .answers_nothing(204, says)
}

/// `GET /v1/keys`.
pub(in crate::faces::api) fn keys() -> Operation {
    let says = "`keys`; `used` is when each was used last since the server was started.";
    Operation::read("The keys, without their secrets.").answers(200, says, &object())
}

/// `POST /v1/keys`.
pub(in crate::faces::api) fn create_key() -> Operation {
    let mut scopes = list(&one_of(Scope::ALL.map(Scope::as_str)));
    scopes["minItems"] = Value::from(1);
    let called = json!({ "type": "string", "minLength": 1, "maxLength": 200 });
    let source = saying(text(), "The source of what it sends.");
    let member = saying(name(), "Who acts with it; a key with the scope `work` needs it.");
    let body = [("name", called), ("scopes", scopes), ("source", source), ("member", member)];
    Operation::deed("Make a key.").takes(Needed::Always, sent(body, &["name", "scopes"])).answers(
        200,
        "`id`, and `key`, which is told this once.",
        &object(),
    )
}

/// `POST /v1/keys/{id}/revoke`.
pub(in crate::faces::api) fn revoke_key() -> Operation {
    Operation::deed("Let a key open nothing more.")
        .of("id", "The key.", &id('k'))
        .takes(Needed::AtWill, sent([], &[]))
        .answers_nothing(204, "It opens nothing.")
}
