use domain::{Moment, Span, UserId};

use super::{OF_ONE_USER_MAX, SESSION_LASTS, Sessions};

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
