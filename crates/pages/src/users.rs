//! Who may sign in, and which keys programs have: for administrators.

use maud::{Markup, html};

use crate::parts::{
    Cell, Choice, Column, Tone, chip, csrf, empty, head, primary, secondary, table,
};
use crate::text::{Href, When, count};

/// Who may sign in.
#[derive(Clone, Debug)]
pub struct UsersView {
    /// The users, those who may sign in first.
    pub users: Vec<UserView>,
    /// How many are not listed.
    pub more: u64,
    /// What somebody can be.
    pub roles: Vec<Choice>,
    /// The members of the team that somebody can be.
    pub members: Vec<Choice>,
    /// What was typed and not taken, to be mended.
    pub typed: String,
    /// The address that was just made.
    pub made: Option<MadeLink>,
    /// What belongs to each form of the reader.
    pub csrf: String,
}

/// An address that signs somebody in once.
#[derive(Clone, Debug)]
pub struct MadeLink {
    /// The address of whoever it is for.
    pub email: String,
    /// The address.
    pub address: String,
}

/// A user.
#[derive(Clone, Debug)]
pub struct UserView {
    /// Their id.
    pub id: String,
    /// Their address.
    pub email: String,
    /// What they are: the word, and what people call it.
    pub role: (String, String),
    /// The member of the team that they are.
    pub member: Option<String>,
    /// What they sign in with.
    pub with: String,
    /// Since when they are known.
    pub added: When,
    /// Since when they may sign in no more.
    pub revoked: Option<When>,
    /// Where what can be done to them goes.
    pub to: UserForms,
}

/// Where what can be done to a user goes.
#[derive(Clone, Debug)]
pub struct UserForms {
    /// Another role or member.
    pub change: Href,
    /// Signing out everywhere.
    pub sign_out: Href,
    /// Letting them sign in no more.
    pub revoke: Href,
}

/// The keys of programs.
#[derive(Clone, Debug)]
pub struct KeysView {
    /// The keys, those in use first.
    pub keys: Vec<KeyView>,
    /// How many are not listed.
    pub more: u64,
    /// Since when their uses are noted: the server was started then.
    pub since: When,
    /// What belongs to each form of the reader.
    pub csrf: String,
}

/// A key.
#[derive(Clone, Debug)]
pub struct KeyView {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do, in words of scopes.
    pub may: String,
    /// For which source, and as which member.
    pub of: String,
    /// Since when it is there.
    pub created: When,
    /// When it was used last.
    pub used: Option<When>,
    /// Since when it opens nothing.
    pub revoked: Option<When>,
    /// Where revoking it goes.
    pub revoke: Href,
}

/// The page of users.
pub fn page(view: &UsersView) -> Markup {
    html! {
        div.wide {
            (head(
                "Users",
                "Who signs in to these pages, and as what. A change of role signs them out everywhere.",
                &html! {},
            ))
            @if let Some(made) = &view.made { (made_link(made)) }
            section.card {
                h2 { "Let somebody sign in" }
                form.one-line method="post" action="/users" {
                    (csrf(&view.csrf))
                    label { "E-mail address" input type="email" name="email" value=(view.typed) required; }
                    (role_and_member(view, None))
                    div.foot {
                        (primary("Add", None))
                        span { "You get an address that signs them in once, within a day." }
                    }
                }
            }
            section.card {
                @if view.users.is_empty() {
                    (empty(
                        "Nobody signs in by address yet",
                        "Whom you add is listed here.",
                        Some("baton user add"),
                    ))
                } @else {
                    (users_table(view))
                    @if view.more > 0 { p.quiet { "and " (count(view.more, "more", "more")) } }
                }
            }
        }
    }
}

fn made_link(made: &MadeLink) -> Markup {
    html! {
        section.card role="status" {
            h2 { "Send this to " (made.email) }
            p.quiet {
                "It signs them in once, within a day, and lets them choose a password. It is shown this once."
            }
            pre.command { (made.address) }
        }
    }
}

fn users_table(view: &UsersView) -> Markup {
    const COLUMNS: [Column; 5] = [
        Column::words("Who"),
        Column::words("As what"),
        Column::words("Signs in with"),
        Column::words("Since"),
        Column::words("Change"),
    ];
    let row = |user: &UserView| {
        let (_, role) = &user.role;
        let member = user.member.as_ref().map(|member| format!("as {member}"));
        vec![
            Cell::text(&user.email).with(user.id.clone()),
            Cell::text(role).with(member.unwrap_or_default()),
            Cell::of(html! {
                @match &user.revoked {
                    Some(revoked) => { (chip(Tone::Bad, "revoked")) " " (revoked) }
                    None => { (user.with) }
                }
            }),
            Cell::of(html! { (user.added) }),
            Cell::of(user_forms(view, user)),
        ]
    };
    let rows: Vec<Vec<Cell>> = view.users.iter().map(row).collect();
    table("Who may sign in", &COLUMNS, &rows)
}

fn user_forms(view: &UsersView, user: &UserView) -> Markup {
    let says = if user.revoked.is_some() { "Let in again" } else { "Change" };
    html! {
        details.act name="user" {
            summary.button aria-label={ (says) ": " (user.email) } { (says) }
            div.deeds {
                form method="post" action=(user.to.change) {
                    (csrf(&view.csrf))
                    (role_and_member(view, Some(user)))
                    div.foot { (primary("Save", None)) span { "Signs them out, and makes an address for them." } }
                }
                @if user.revoked.is_none() {
                    form method="post" action=(user.to.sign_out) {
                        (csrf(&view.csrf)) (secondary("Sign out everywhere"))
                    }
                    form method="post" action=(user.to.revoke) {
                        (csrf(&view.csrf)) (secondary("Let them sign in no more"))
                    }
                }
            }
        }
    }
}

fn role_and_member(view: &UsersView, user: Option<&UserView>) -> Markup {
    let role = user.map(|user| user.role.0.as_str());
    let member = user.and_then(|user| user.member.as_deref());
    let listed = |id: &str| view.members.iter().any(|choice| choice.value == id);
    html! {
        label {
            "Role"
            select name="role" {
                @for choice in &view.roles {
                    option value=(choice.value) selected[role == Some(&*choice.value)] { (choice.says) }
                }
            }
        }
        label {
            "Member of the team"
            select name="member" {
                option value="" { "none" }
                @for choice in &view.members {
                    option value=(choice.value) selected[member == Some(&*choice.value)] { (choice.says) }
                }
                @if let Some(gone) = member.filter(|id| !listed(id)) {
                    option value=(gone) selected { (gone) }
                }
            }
        }
    }
}

/// The page of keys.
pub fn keys(view: &KeysView) -> Markup {
    const COLUMNS: [Column; 5] = [
        Column::words("Key"),
        Column::words("May"),
        Column::words("Last used"),
        Column::words("Since"),
        Column::words("Change"),
    ];
    let row = |key: &KeyView| {
        vec![
            Cell::text(&key.name).with(key.id.clone()),
            Cell::text(&key.may).with(key.of.clone()),
            Cell::of(
                html! { @match &key.used { Some(used) => { (used) } None => { "not since the start" } } },
            ),
            Cell::of(html! { (key.created) }),
            Cell::of(html! {
                @match &key.revoked {
                    Some(revoked) => { (chip(Tone::Bad, "revoked")) " " (revoked) }
                    None => {
                        form method="post" action=(key.revoke) {
                            (csrf(&view.csrf))
                            button type="submit" aria-label={ "Revoke: " (key.name) } { "Revoke" }
                        }
                    }
                }
            }),
        ]
    };
    let rows: Vec<Vec<Cell>> = view.keys.iter().map(row).collect();
    html! {
        div.wide {
            (head("Keys", "What programs show, and what each may do. A secret is shown once, when it is made.", &html! {}))
            section.card {
                @if rows.is_empty() {
                    (empty(
                        "No program has a key",
                        "A key lets a program send signals, read or work.",
                        Some("baton key create --name web --scope ingest"),
                    ))
                } @else {
                    (table("Keys", &COLUMNS, &rows))
                    @if view.more > 0 { p.quiet { "and " (count(view.more, "more", "more")) } }
                    p.quiet { "Uses are noted from the start of the server, " (view.since) ", on." }
                }
            }
            section.card {
                h2 { "Make a key" }
                p.quiet { "On the machine of the server, so that its secret passes through no page:" }
                pre.command { "baton key create --name NAME --scope ingest" }
            }
        }
    }
}
