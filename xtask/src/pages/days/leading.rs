//! The days of those who lead people, and of those who read figures.

use super::step::{Step, choose, open, run, send};

/// Sees whether work flows, gives a lead to somebody else, and looks at who is owed one.
pub(super) const MANAGER: &[Step] = &[
    open("/", "begins with the pulse", "location.pathname === '/pulse'"),
    choose("main a.door", "opens what a number counts", "location.pathname === '/pulse/handoffs'"),
    choose(
        "main td a[href^='/h/']",
        "opens a lead",
        "document.querySelector('article.detail') !== null",
    ),
    open(
        "/team",
        "sees who has how much",
        "document.querySelectorAll('main table tbody tr').length > 2",
    ),
    choose(
        "main a[href^='/pulse/handoffs?'][href*='member='], main a[href^='/h/']",
        "looks at what a member has",
        "document.querySelector('main td a[href^=\"/h/\"], article.detail') !== null",
    ),
    choose(
        "main td a[href^='/h/']",
        "opens one of those leads",
        "document.querySelector('form[action$=\"/reassign\"]') !== null",
    ),
    send(
        "form[action$='/reassign']",
        "form.elements.owner.selectedIndex = 1; form.elements.note.value = 'You know them.'",
        "gives it to somebody else",
        "document.querySelector('.flash') !== null",
    ),
    open(
        "/desk",
        "sees who is next",
        "document.querySelectorAll('main table tbody tr').length > 2",
    ),
    choose(
        "main a[href^='/ledger?member=']",
        "asks why a count is what it is",
        "location.pathname === '/ledger' && document.querySelectorAll('main table tbody tr').length > 0",
    ),
];

/// Looks at figures and takes them along, and reads no address of anybody.
pub(super) const LEADER: &[Step] = &[
    open("/", "begins with the pulse", "location.pathname === '/pulse'"),
    open(
        "/pulse?days=90&by=source",
        "looks at sources",
        "document.querySelectorAll('main table tbody tr').length > 1",
    ),
    choose(
        "main td a.door",
        "opens what a number counts",
        "location.pathname === '/pulse/handoffs'",
    ),
    run(
        "fetch(document.querySelector('a[download]').href).then((answer) => answer.text()).then((text) => { window.csv = text; })",
        "takes the list as CSV",
        "window.csv?.split('\\n').length > 1",
    ),
    run(
        "0",
        "reads no address of anybody",
        "!/[a-z]@[a-z]/.test(document.querySelector('main').textContent)",
    ),
];
