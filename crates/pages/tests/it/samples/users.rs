//! Users and keys.

use pages::parts::Choice;
use pages::users::{KeyView, KeysView, MadeLink, UserForms, UserView, UsersView};

use super::{Text, href, when};

pub(crate) fn users(text: Text<'_>) -> UsersView {
    let choice = |value: &str, says: &str| Choice { value: text(value), says: text(says) };
    let user = |email: &str, member: Option<&str>, revoked: Option<&str>| UserView {
        id: text("u-7f3a2b"),
        email: text(email),
        role: (text("rep"), text("rep")),
        member: member.map(text),
        with: text("password and code"),
        added: when(text, "12 Nov"),
        revoked: revoked.map(|short| when(text, short)),
        to: UserForms {
            change: href(text, "/users/u-7f3a2b/change"),
            sign_out: href(text, "/users/u-7f3a2b/sign-out"),
            revoke: href(text, "/users/u-7f3a2b/revoke"),
        },
    };
    UsersView {
        users: vec![
            user("kenji.mori@acme.example", Some("k.mori"), None),
            user("anna.keller@acme.example", Some("gone"), Some("Thu 09:15")),
        ],
        more: 3,
        roles: vec![choice("rep", "rep"), choice("admin", "administrator")],
        members: vec![choice("k.mori", "Kenji Mori"), choice("a.keller", "Anna Keller")],
        typed: text("new@acme.example"),
        made: Some(MadeLink {
            email: text("new@acme.example"),
            address: text("https://baton.example.com/sign-in/link/abc"),
        }),
        csrf: text("c0ffee"),
    }
}

pub(crate) fn nobody(text: Text<'_>) -> UsersView {
    UsersView { users: Vec::new(), more: 0, made: None, ..users(text) }
}

pub(crate) fn keys(text: Text<'_>) -> KeysView {
    let key = |name: &str, used: Option<&str>, revoked: Option<&str>| KeyView {
        id: text("k-1a2b3c"),
        name: text(name),
        may: text("ingest, read"),
        of: text("for web as k.mori"),
        created: when(text, "12 Nov"),
        used: used.map(|short| when(text, short)),
        revoked: revoked.map(|short| when(text, short)),
        revoke: href(text, "/keys/k-1a2b3c/revoke"),
    };
    KeysView {
        keys: vec![key("web", Some("13:38"), None), key("old", None, Some("3 Oct"))],
        more: 1,
        since: when(text, "08:00"),
        csrf: text("c0ffee"),
    }
}
