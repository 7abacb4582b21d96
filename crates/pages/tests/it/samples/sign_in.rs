//! The pages of signing in.

use pages::sign_in::{self, LinkView, SignInView, VisitorView, Way, YouView};

use super::{Sample, Text, href};

pub(super) fn all(text: Text<'_>) -> [Sample; 4] {
    let visitor = VisitorView { to: href(text, "/sign-in/as/rep"), says: text("Kenji, a rep") };
    let next = || text("/inbox");
    let password = sign_in::page(&SignInView { next: next(), way: Way::Password { wrong: true } });
    let demo = sign_in::page(&SignInView { next: next(), way: Way::Visitors(vec![visitor]) });
    let link = sign_in::link(&LinkView { to: href(text, "/sign-in/link/x"), least: 12 });
    let you = YouView { role: text("a rep"), member: Some(text("k.mori")), csrf: text("token") };
    [
        Sample { name: "sign-in", html: password },
        Sample { name: "sign-in-demo", html: demo },
        Sample { name: "sign-in-link", html: link },
        Sample { name: "you", html: sign_in::you(&you) },
    ]
}
