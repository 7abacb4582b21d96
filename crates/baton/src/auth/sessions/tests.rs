use domain::{Moment, Role, Span, UserId};
use store::UserRow;
use store::sqlite::SessionFile;

use super::{OF_ONE_USER_MAX, SESSION_LASTS, Sessions};
use crate::auth::users::UserTable;

const NOON: Moment = Moment::from_seconds(1_790_000_000);

fn user(name: &str) -> UserId {
    UserId::caused_by(&[name.as_bytes()])
}

#[test]
fn a_session_is_found_by_its_secret_until_it_ends() {
    let sessions = Sessions::default();
    let token = sessions.begin(user("ann"), 3, NOON).expect("chance");
    let found = sessions.find(&token, NOON).expect("it is open");
    assert_eq!((found.user, found.generation), (user("ann"), 3));
    assert!(sessions.find(&token, NOON + SESSION_LASTS).is_none(), "it has expired");
    sessions.end(&token);
    assert!(sessions.find(&token, NOON).is_none(), "it was signed out of");
}

#[test]
fn nobody_has_more_sessions_than_the_bound_and_the_oldest_gives_way() {
    let sessions = Sessions::default();
    let other = sessions.begin(user("bob"), 0, NOON).expect("chance");
    let tokens: Vec<_> = (0..=OF_ONE_USER_MAX as i64)
        .map(|at| sessions.begin(user("ann"), 0, NOON + Span::seconds(at)).expect("chance"))
        .collect();
    let now = NOON + Span::minutes(1);
    let open: Vec<bool> = tokens.iter().map(|token| sessions.find(token, now).is_some()).collect();
    assert!(!open[0], "the oldest gave way");
    assert!(open[1..].iter().all(|open| *open), "no other did: {open:?}");
    sessions.end_all_of(user("ann"));
    assert!(
        tokens.iter().all(|token| sessions.find(token, now).is_none()),
        "signed out everywhere"
    );
    assert!(sessions.find(&other, now).is_some(), "somebody else's is open still");
}

/// A table of users by their names and generations.
fn users(known: &[(&str, u32)]) -> UserTable {
    let row = |(name, generation): &(&str, u32)| UserRow {
        user: user(name),
        role: Role::Rep,
        member: None,
        generation: *generation,
        added: NOON,
        revoked: None,
        link: None,
    };
    UserTable::new(&known.iter().map(row).collect::<Vec<_>>(), &[])
}

/// The sessions that a server has which is started in this folder.
fn started(folder: &std::path::Path, known: &[(&str, u32)], now: Moment) -> Sessions {
    let sessions = Sessions::default();
    sessions.keep_in(SessionFile::open(folder).expect("it opens"), &users(known), now);
    sessions
}

#[test]
fn found_auth_a3_a_session_outlives_the_server_and_what_ended_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let known = [("ann", 3), ("bob", 0), ("cleo", 0)];
    let first = started(folder.path(), &known, NOON);
    let begin = |name, generation| first.begin(user(name), generation, NOON).expect("chance");
    let (ann, out, bob) = (begin("ann", 3), begin("ann", 3), begin("bob", 0));
    let (cleo, later) = (begin("cleo", 0), NOON + Span::minutes(1));
    first.end(&out);
    first.end_all_of(user("bob"));
    drop(first);
    // Cleo's role was changed while no server ran.
    let second = started(folder.path(), &[("ann", 3), ("bob", 0), ("cleo", 1)], later);
    assert_eq!(second.find(&ann, later).expect("it goes on").user, user("ann"));
    assert_eq!(second.find(&ann, NOON + SESSION_LASTS), None, "and no longer than it would have");
    for (token, says) in [(&out, "signed out"), (&bob, "everywhere"), (&cleo, "another role")] {
        assert_eq!(second.find(token, later), None, "{says}");
    }
    drop(second);
    // An older user table that is put back revives nobody.
    let third = started(folder.path(), &known, later);
    assert_eq!(third.find(&cleo, later), None, "what ended stays ended");
    assert!(third.find(&ann, later).is_some(), "the other goes on");
    drop(third);
    let last = started(folder.path(), &known, NOON + SESSION_LASTS);
    assert_eq!(last.find(&ann, later), None, "what expired was not taken over");
}

#[test]
fn whoever_gave_way_does_not_come_back_with_the_next_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = started(folder.path(), &[("ann", 0)], NOON);
    let begin = |at| first.begin(user("ann"), 0, NOON + Span::seconds(at)).expect("chance");
    let tokens: Vec<_> = (0..=OF_ONE_USER_MAX as i64).map(begin).collect();
    drop(first);
    let now = NOON + Span::minutes(1);
    let second = started(folder.path(), &[("ann", 0)], now);
    let open = tokens.iter().filter(|token| second.find(token, now).is_some());
    assert_eq!(open.count(), OF_ONE_USER_MAX);
    assert_eq!(second.find(&tokens[0], now), None);
}
