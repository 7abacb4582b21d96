use domain::{Moment, UserId};

use super::{CODES, LASTS, Look, PendingSignIns, TRIES};

const NOON: Moment = Moment::from_seconds(1_790_000_000);

fn user(name: &str) -> UserId {
    UserId::caused_by(&[name.as_bytes()])
}

#[test]
fn a_password_that_fits_is_worth_a_few_codes_for_a_few_minutes() {
    let pending = PendingSignIns::default();
    let ann = user("ann");
    let begin = || pending.begin(ann, 3, NOON).expect("chance");
    let token = begin();
    for _ in 0..TRIES {
        assert_eq!(pending.count(&token, false, NOON), Look::At(ann, 3));
    }
    assert_eq!(pending.count(&token, false, NOON), Look::PasswordFirst, "too often");
    let token = begin();
    assert_eq!(pending.count(&token, false, NOON + LASTS), Look::PasswordFirst, "too late");
    let token = begin();
    pending.done(&token, ann);
    assert_eq!(pending.count(&token, true, NOON), Look::PasswordFirst, "used");
}

#[test]
fn codes_are_not_guessed_by_many_passwords_and_nobody_is_kept_out_by_them() {
    let pending = PendingSignIns::default();
    let (ann, bob) = (user("ann"), user("bob"));
    let try_code = |user, is_recovery, now| {
        let token = pending.begin(user, 0, now).expect("chance");
        pending.count(&token, is_recovery, now)
    };
    let (most, within) = CODES;
    for _ in 0..most {
        assert_eq!(try_code(ann, false, NOON), Look::At(ann, 0));
    }
    assert_eq!(try_code(ann, false, NOON), Look::Later);
    assert_eq!(try_code(ann, true, NOON), Look::At(ann, 0), "a recovery code");
    assert_eq!(try_code(bob, false, NOON), Look::At(bob, 0), "somebody else");
    assert_eq!(try_code(ann, false, NOON + within), Look::At(ann, 0), "later");
}
