//! The days of those who work leads, and of those who bring them.

use super::step::{Step, choose, open, send};

/// Takes a lead and gives it back, works another one, and is away for a while.
pub(super) const REP: &[Step] = &[
    open("/tour", "is shown a new lead", "document.querySelector('form.try') !== null"),
    choose(
        "form.try button",
        "opens it",
        "document.querySelector('form[action$=\"/accept\"]') !== null",
    ),
    send(
        "form[action$='/accept']",
        "",
        "accepts it",
        "document.querySelector('.detail .chips .chip').textContent === 'accepted by you'",
    ),
    send(
        "form[action$='/reject']",
        "form.querySelector('[name=reason]').checked = true; form.elements.note.value = 'A partner of ours.'",
        "sees that it is none and rejects it with a reason",
        "document.querySelector('.flash') !== null && document.querySelector('form[action$=\"/accept\"]') === null",
    ),
    open("/", "goes on with the inbox", "location.pathname === '/inbox'"),
    choose(
        ".rows a",
        "opens the lead that is due first",
        "document.querySelector('article.detail') !== null",
    ),
    send(
        "form[action$='/outcome']",
        "form.querySelector('[name=outcome]').checked = true; form.elements.note.value = 'They called back.'",
        "says what came of it",
        "document.querySelector('.flash') !== null",
    ),
    send(
        "form[action$='/feedback']",
        "form.elements.claim.value = '1'; form.querySelector('[name=feedback]').checked = true",
        "says of a sentence what it is",
        "document.querySelector('.flash') !== null",
    ),
    send(
        "form[action$='/debrief']",
        "form.elements.note.value = 'They want to begin in spring.'",
        "writes down what was said",
        "document.querySelector('.flash') !== null",
    ),
    send(
        "form[action$='/snooze']",
        "form.querySelector('[value=\"4\"]').checked = true",
        "puts it away for four hours",
        "document.querySelector('.flash') !== null",
    ),
    choose("h1.who a", "looks at the account", "location.pathname.startsWith('/a/')"),
    open(
        "/ledger",
        "asks why the count is what it is",
        "document.querySelectorAll('main table tbody tr').length > 0",
    ),
    open(
        "/me",
        "says who they are",
        "document.querySelector('form[action$=\"/availability\"]') !== null",
    ),
    send(
        "form[action$='/availability']",
        "",
        "takes no leads for a while",
        "document.querySelector('main').textContent.includes('Take leads again')",
    ),
    send(
        "form[action$='/availability']",
        "",
        "takes leads again",
        "/^(?!.*Take leads again).*Take no leads until/s.test(document.querySelector('main').textContent)",
    ),
];

/// Follows a number to the leads behind it.
pub(super) const MARKETER: &[Step] = &[
    open("/", "begins with the campaigns", "location.pathname === '/campaigns'"),
    choose(
        "td a.plain",
        "looks at one campaign",
        "document.querySelector('.narrowed, [aria-current=true]') !== null",
    ),
    open(
        "/campaigns?days=90",
        "looks at ninety days",
        "document.querySelectorAll('a.door').length > 3",
    ),
    choose(
        "h2 a.door",
        "asks who rejected which and why",
        "location.pathname === '/pulse/handoffs' && document.querySelectorAll('main td').length > 0",
    ),
    open("/campaigns?days=90", "goes back", "document.querySelectorAll('a.door').length > 3"),
    choose(
        "td a.door",
        "opens the leads behind a number",
        "location.pathname === '/pulse/handoffs'",
    ),
    choose(
        "main td a",
        "opens a lead",
        "location.pathname.startsWith('/h/') || location.pathname.startsWith('/a/')",
    ),
];
