//! The pages of a second factor: setting it up, its recovery codes, and being asked for it.

use maud::{Markup, html};

use crate::parts::csrf;
use crate::qr;
use crate::sign_in::bare;

/// The page that asks for the code, after the password.
#[derive(Clone, Debug)]
pub struct CodeView {
    /// What says that the password was right.
    pub pending: String,
    /// The page to come back to.
    pub next: String,
    /// Whether a code did not count a moment ago.
    pub wrong: bool,
}

/// The page on which somebody gives their app the secret.
#[derive(Clone, Debug)]
pub struct SetUpView {
    /// What belongs to each form of theirs.
    pub csrf: String,
    /// The secret, as it is typed into an app.
    pub secret: String,
    /// The address that an app reads it from.
    pub address: String,
    /// Whether a code did not fit a moment ago.
    pub wrong: bool,
}

/// The page of somebody who has a second factor.
#[derive(Clone, Debug)]
pub struct InUseView {
    /// What belongs to each form of theirs.
    pub csrf: String,
    /// Recovery codes that are left.
    pub left: usize,
    /// Whether a code did not count a moment ago.
    pub wrong: bool,
}

/// Asks for the code.
pub fn code(view: &CodeView) -> String {
    bare(
        "Sign in",
        &html! {
            (said_wrong(view.wrong))
            form method="post" action="/sign-in/code" {
                input type="hidden" name="pending" value=(view.pending);
                input type="hidden" name="next" value=(view.next);
                (code_field("The code that your app shows, or a recovery code"))
                p { button { "Sign in" } }
            }
        },
    )
}

/// Shows the secret, and asks for the first code.
pub fn set_up(view: &SetUpView) -> String {
    let groups = view.secret.as_bytes().chunks(4).filter_map(|part| std::str::from_utf8(part).ok());
    let groups: Vec<&str> = groups.collect();
    bare(
        "Second factor",
        &html! {
            p {
                "With a second factor you sign in with your password and a code that an app on your telephone \
                 shows. Let the app read this, or type the secret in:"
            }
            @if let Some(code) = qr::svg(&view.address, "The secret as a QR code, for an app to read") {
                p { (code) }
            }
            p { code { (groups.join(" ")) } }
            details {
                summary { "The whole address, for an app on this device" }
                p { code { (view.address) } }
            }
            (said_wrong(view.wrong))
            form method="post" action="/me/second-factor" {
                (csrf(&view.csrf))
                input type="hidden" name="secret" value=(view.secret);
                (code_field("The code that the app shows now"))
                p { button { "Use it from now on" } }
            }
            p { a href="/me" { "Back, without one" } }
        },
    )
}

/// Shows recovery codes. They are shown this once.
pub fn recovery_codes(codes: &[String]) -> String {
    bare(
        "Recovery codes",
        &html! {
            p {
                "You sign in with a code of your app from now on. If you lose your telephone, each of these signs \
                 you in once in its place. They are shown this once: write them down, or print them."
            }
            ul { @for code in codes { li { code { (code) } } } }
            p { a href="/me" { "I have them" } }
        },
    )
}

/// Says that there is a second factor, and ends it.
pub fn in_use(view: &InUseView) -> String {
    bare(
        "Second factor",
        &html! {
            p {
                "You sign in with your password and a code of your app. "
                @match view.left {
                    0 => { "No recovery code is left." }
                    1 => { "One recovery code is left." }
                    left => { (left) " recovery codes are left." }
                }
                " For another telephone, or new recovery codes, end it and set it up again."
            }
            (said_wrong(view.wrong))
            form method="post" action="/me/second-factor/end" {
                (csrf(&view.csrf))
                (code_field("The code that your app shows, or a recovery code"))
                p { button { "Sign in with the password alone" } }
            }
            p { a href="/me" { "Back" } }
        },
    )
}

fn said_wrong(wrong: bool) -> Markup {
    html! {
        @if wrong {
            p role="alert" { "This code does not count: each counts once, and for about a minute." }
        }
    }
}

fn code_field(label: &str) -> Markup {
    html! {
        p {
            label {
                (label) br;
                input type="text" name="code" autocomplete="one-time-code" inputmode="text" required;
            }
        }
    }
}
