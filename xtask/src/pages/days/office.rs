//! The days of those who see to it that all of it works, is as it should be, and is used by whom it may.

use super::step::{Step, choose, open, send};

/// Deals with what is held, drafts a strategy, rehearses, tests a connection and brings in a file.
pub(super) const REVOPS: &[Step] = &[
    open("/", "begins with what is held", "location.pathname === '/quarantine'"),
    choose("main a[href*='entry=']", "looks at one entry", "location.search.includes('entry=')"),
    send(
        "form[action$='/discard']",
        "",
        "discards it",
        "document.querySelector('.flash') !== null",
    ),
    open("/strategy", "reads what decides", "document.querySelectorAll('main table').length > 2"),
    send(
        "form[action='/strategy/drafts']",
        "",
        "begins a draft",
        "location.pathname.startsWith('/strategy/drafts/')",
    ),
    send(
        "form[action$='/save']",
        "form.querySelector('textarea').value += '\\n# A word of the day.\\n'",
        "writes in it",
        "document.querySelector('main textarea').value.includes('A word of the day.')",
    ),
    open(
        "/rehearsals",
        "asks what would have been",
        "document.querySelector('form[action=\"/rehearsals\"]') !== null",
    ),
    send(
        "main form[action='/rehearsals']",
        "",
        "rehearses it",
        "/^\\/rehearsals\\/./.test(location.pathname)",
    ),
    open(
        "/connections",
        "looks at what comes in and goes out",
        "document.querySelector('form[action$=\"/test\"]') !== null",
    ),
    send(
        "form[action$='/test']",
        "",
        "sends a test message",
        "document.querySelector('.flash, main [role=status]') !== null",
    ),
    open(
        "/imports",
        "has a file to bring in",
        "document.querySelector('input[type=file]') !== null",
    ),
    send(
        "form[action='/imports']",
        "const files = new DataTransfer(); \
         files.items.add(new File(['Email,Company,First name\\nday@harbourlight.example,Harbourlight,Ada\\n'], 'day.csv', { type: 'text/csv' })); \
         form.querySelector('[type=file]').files = files.files",
        "sees how it is read",
        "/^\\/imports\\/./.test(location.pathname)",
    ),
    open(
        "/identity",
        "looks who may be one person",
        "document.querySelector('main form[method=post]') !== null",
    ),
];

/// Asks for a lead's story, sees who read it, and looks through the journal.
pub(super) const AUDITOR: &[Step] = &[
    open("/", "begins with the audit", "location.pathname === '/audit'"),
    open(
        "/audit",
        "sees who did what",
        "document.querySelectorAll('main table tbody tr').length > 5",
    ),
    choose(
        "main a[href^='/audit?handoff=']",
        "asks for the story of one lead",
        "document.querySelector('.narrowed') !== null",
    ),
    choose(
        "main td a[href^='/h/']",
        "opens the lead",
        "document.querySelector('article.detail') !== null",
    ),
    open(
        "/audit?kind=unsealed",
        "sees who read personal data",
        "document.querySelector('main table').textContent.includes('read personal data')",
    ),
    send(
        "form[action='/audit/verify']",
        "",
        "looks through the journal",
        "document.querySelector('main').textContent.includes('It is what was written.')",
    ),
];

/// Lets somebody in, changes what they may do, and shows them the door.
pub(super) const ADMIN: &[Step] = &[
    open("/", "begins with users", "location.pathname === '/users'"),
    send(
        "form[action='/users']",
        "form.elements.email.value = 'day@acme.example'; form.elements.role.value = 'auditor'",
        "lets somebody in",
        "document.querySelector('main').textContent.includes('/sign-in/link/')",
    ),
    send(
        "form[action$='/change']",
        "form.elements.role.value = 'leader'",
        "changes what they may do",
        "document.querySelector('.flash, [role=status]') !== null && document.querySelector('main table').textContent.includes('leader')",
    ),
    open("/users", "goes back to users", "location.pathname === '/users'"),
    send(
        "form[action^='/users/'][action$='/sign-out']",
        "",
        "signs them out everywhere",
        "document.querySelector('.flash, [role=status]') !== null",
    ),
    open("/users", "goes back again", "location.pathname === '/users'"),
    send(
        "form[action$='/revoke']",
        "",
        "shows them the door",
        "document.querySelector('main table').textContent.includes('revoked')",
    ),
    open(
        "/keys",
        "sees what keys may do",
        "document.querySelector('main').textContent.includes('Make a key')",
    ),
];
