//! The pages of signing in.

use pages::parts::Choice;
use pages::second_factor::{self, CodeView, InUseView, SetUpView};
use pages::sign_in::{
    self, AccountView, AvailabilityView, LinkView, RefusedView, SignInView, VisitorView, Way,
    YouView,
};

use super::{Sample, Text, href};

pub(super) fn all(text: Text<'_>) -> [Sample; 9] {
    let visitor = VisitorView { to: href(text, "/sign-in/as/rep"), says: text("Kenji, a rep") };
    let next = || text("/inbox");
    let account = |provider| AccountView { provider, password: true, wrong: true };
    let way = Way::Account(account(Some(href(text, "/sign-in/oidc?next=/inbox"))));
    let password = sign_in::page(&SignInView { next: next(), way });
    let demo = sign_in::page(&SignInView { next: next(), way: Way::Visitors(vec![visitor]) });
    let link = sign_in::link(&LinkView { to: href(text, "/sign-in/link/x"), least: Some(12) });
    let refused = RefusedView { says: text("It was used."), code: text("link-over") };
    let you = YouView {
        role: text("a rep"),
        member: Some(text("k.mori")),
        has_second_factor: Some(true),
        availability: Some(AvailabilityView {
            says: text("You get no leads now: on leave."),
            is_away: true,
            to: href(text, "/me/availability"),
            reasons: vec![Choice { value: text("on-leave"), says: text("On leave") }],
            refused: Some(text("it would have ended already")),
        }),
        csrf: text("token"),
    };
    let code = CodeView { pending: text("pending"), next: next(), wrong: true };
    let set_up = SetUpView {
        csrf: text("token"),
        secret: text("GEZDGNBVGY3TQOJQ"),
        address: text("otpauth://totp/Baton:k.mori"),
        wrong: true,
    };
    let codes = [text("abcd-efgh-ijkl-mnop"), text("qrst-uvwx-yz23-4567")];
    let in_use = InUseView { csrf: text("token"), left: 9, wrong: true };
    [
        Sample { name: "sign-in", html: password },
        Sample { name: "sign-in-demo", html: demo },
        Sample { name: "sign-in-link", html: link },
        Sample { name: "sign-in-refused", html: sign_in::refused(&refused) },
        Sample { name: "you", html: sign_in::you(&you) },
        Sample { name: "sign-in-code", html: second_factor::code(&code) },
        Sample { name: "second-factor", html: second_factor::set_up(&set_up) },
        Sample { name: "second-factor-codes", html: second_factor::recovery_codes(&codes) },
        Sample { name: "second-factor-in-use", html: second_factor::in_use(&in_use) },
    ]
}
