//! The pages of signing in. They stand alone: nobody is known yet, and nothing on them needs a script.

use maud::{DOCTYPE, Markup, html};

use crate::assets::ASSETS;
use crate::parts::{Choice, csrf};
use crate::text::Href;

/// The page to sign in on.
#[derive(Clone, Debug)]
pub struct SignInView {
    /// The page to come back to.
    pub next: String,
    /// How somebody signs in here.
    pub way: Way,
}

/// How somebody signs in.
#[derive(Clone, Debug)]
pub enum Way {
    /// With an account.
    Account(AccountView),
    /// In a demo, as one of its people.
    Visitors(Vec<VisitorView>),
}

/// The accounts that somebody signs in with.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// Where one signs in with the company's identity provider.
    pub provider: Option<Href>,
    /// Whether an address and a password do, too.
    pub password: bool,
    /// Whether they did not fit a moment ago.
    pub wrong: bool,
}

/// One of the people of a demo.
#[derive(Clone, Debug)]
pub struct VisitorView {
    /// Where their form goes.
    pub to: Href,
    /// What they are called, and what they are.
    pub says: String,
}

/// The page of an address that signs somebody in once.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// Where its form goes.
    pub to: Href,
    /// Characters that a password has at least; nothing where passwords sign nobody in.
    pub least: Option<usize>,
}

/// Why somebody was not signed in.
#[derive(Clone, Debug)]
pub struct RefusedView {
    /// What is wrong, and what to do.
    pub says: String,
    /// The code, which has a page of its own in the documentation.
    pub code: String,
}

/// Who somebody is signed in as.
#[derive(Clone, Debug)]
pub struct YouView {
    /// What they are.
    pub role: String,
    /// The member of the team as whom they work.
    pub member: Option<String>,
    /// Whether they get leads; nothing where they are no member of the team.
    pub availability: Option<AvailabilityView>,
    /// Whether they show a code beside their password; nothing where they have none.
    pub has_second_factor: Option<bool>,
    /// What belongs to each form of theirs.
    pub csrf: String,
}

/// Whether somebody gets leads.
#[derive(Clone, Debug)]
pub struct AvailabilityView {
    /// In a sentence.
    pub says: String,
    /// Whether they get none now.
    pub is_away: bool,
    /// Where the forms go.
    pub to: Href,
    /// Why they may get none.
    pub reasons: Vec<Choice>,
    /// Why nothing was done, where that is so.
    pub refused: Option<String>,
}

/// The page to sign in on.
pub fn page(view: &SignInView) -> String {
    bare(
        "Sign in",
        &html! {
            @match &view.way {
                Way::Visitors(visitors) => {
                    p { "This is the demo: nobody in it is real. Who do you want to be?" }
                    @for visitor in visitors {
                        form method="post" action=(visitor.to) {
                            input type="hidden" name="next" value=(view.next);
                            button { (visitor.says) }
                        }
                    }
                }
                Way::Account(account) => {
                    @if account.wrong { p role="alert" { "Address and password do not fit." } }
                    @if let Some(to) = &account.provider {
                        p { a href=(to) { "Sign in with your company's account" } }
                    }
                    @if account.password { (password_form(&view.next)) }
                }
            }
        },
    )
}

fn password_form(next: &str) -> Markup {
    html! {
        form method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next);
            p {
                label {
                    "E-mail address" br;
                    input type="email" name="email" autocomplete="username" required;
                }
            }
            p {
                label {
                    "Password" br;
                    input type="password" name="password" autocomplete="current-password" required;
                }
            }
            p { button { "Sign in" } }
        }
        p {
            "No password, or forgotten? Whoever runs Baton makes an address that signs you in once: "
            code { "baton user add" } "."
        }
    }
}

/// The page of an address that signs somebody in once.
pub fn link(view: &LinkView) -> String {
    bare(
        "Sign in",
        &html! {
            form method="post" action=(view.to) {
                @if let Some(least) = view.least {
                    p {
                        label {
                            "Choose a password to sign in with from now on (at least " (least)
                            " characters; it may be left empty)" br;
                            input type="password" name="password" autocomplete="new-password";
                        }
                    }
                }
                p { button { "Sign in" } }
            }
        },
    )
}

/// Why somebody was not signed in, or something of it was not done.
pub fn refused(view: &RefusedView) -> String {
    bare(
        "That did not work",
        &html! {
            p role="alert" { (view.says) }
            p { a href="/sign-in" { "Sign in" } }
            p.id { "code " code { (view.code) } }
        },
    )
}

/// Who somebody is signed in as, and the way out.
pub fn you(view: &YouView) -> String {
    bare(
        "You",
        &html! {
            p {
                "You are signed in as " (view.role)
                @if let Some(member) = &view.member { ", and work handoffs as " (member) }
                "."
            }
            @if let Some(availability) = &view.availability {
                (available(availability, &view.csrf))
            }
            @if let Some(has) = view.has_second_factor {
                p {
                    a href="/me/second-factor" {
                        @if has { "Your second factor" } @else { "Set up a second factor" }
                    }
                }
            }
            @for (everywhere, says) in [(false, "Sign out"), (true, "Sign out everywhere")] {
                form method="post" action="/sign-out" {
                    (csrf(&view.csrf))
                    @if everywhere { input type="hidden" name="everywhere" value="yes"; }
                    button { (says) }
                }
            }
        },
    )
}

fn available(view: &AvailabilityView, token: &str) -> Markup {
    const HOURS: [(&str, &str); 5] = [
        ("1", "For an hour"),
        ("4", "For four hours"),
        ("24", "Until this time tomorrow"),
        ("168", "For a week"),
        ("", "Until I say so"),
    ];
    html! {
        section aria-labelledby="availability" {
            h2 #availability { "Availability" }
            @if let Some(refused) = &view.refused { p role="alert" { "Nothing was done: " (refused) "." } }
            p { (view.says) }
            @if view.is_away {
                form method="post" action=(view.to) {
                    (csrf(token))
                    input type="hidden" name="back" value="yes";
                    p { button { "Take leads again" } }
                }
            }
            form method="post" action=(view.to) {
                (csrf(token))
                p {
                    label {
                        "Take no leads" br;
                        select name="for" {
                            @for (hours, says) in HOURS { option value=(hours) { (says) } }
                        }
                    }
                }
                p { label { "or until a day begins (UTC)" br; input type="date" name="day"; } }
                p {
                    label {
                        "Why" br;
                        select name="reason" {
                            @for reason in &view.reasons { option value=(reason.value) { (reason.says) } }
                        }
                    }
                }
                p { button { "Take no leads until then" } }
            }
            p { "What you have stays yours, and its deadlines go on. Whoever leads you sees it on the desk." }
        }
    }
}

/// A page with nothing around it.
pub(crate) fn bare(title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Baton" }
                link rel="stylesheet" href=(ASSETS.style.path);
            }
            body.sign-in { main { h1 { (title) } (content) } }
        }
    };
    page.into_string()
}
