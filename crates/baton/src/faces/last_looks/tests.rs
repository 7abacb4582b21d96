use domain::{Moment, Span, UserId};

use super::LastLooks;

#[test]
fn what_came_since_the_look_before_is_new_however_often_the_page_is_loaded() {
    const NOON: Moment = Moment::from_seconds(1_790_000_000);
    let (looks, user) = (LastLooks::default(), UserId::caused_by(&[b"ann"]));
    assert_eq!(looks.begin(user, NOON), None, "nobody looked before");
    assert_eq!(looks.begin(user, NOON + Span::minutes(5)), None, "that was the same look");
    let later = NOON + Span::hours(2);
    assert_eq!(looks.begin(user, later), Some(NOON + Span::minutes(5)));
    assert_eq!(looks.begin(user, later + Span::minutes(1)), Some(NOON + Span::minutes(5)));
    assert_eq!(looks.last(user), Some(NOON + Span::minutes(5)));
    assert_eq!(looks.last(UserId::caused_by(&[b"bob"])), None);
}
