//! Rules of routing, without a server.

use std::time::Duration;

use super::*;

/// Numbers that look drawn, the same in every run (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

const DAY: Date = Date(20_000);
const MINUTE: Duration = Duration::from_secs(60);

fn at(minutes: u64) -> Timestamp {
    Timestamp::from_seconds(20_000 * 86_400).plus(MINUTE * u32::try_from(minutes).unwrap())
}

fn id(text: &str) -> Label {
    Label::parse("", text).unwrap()
}

fn skill(text: &str, level: u8) -> Skill {
    Skill { id: id(text), level }
}

fn member(name: &str, languages: &[&str], skills: Vec<Skill>) -> StaffMember {
    StaffMember {
        id: id(name),
        name: name.to_owned(),
        departments: vec![id("front")],
        skills,
        languages: languages.iter().map(|&l| l.to_owned()).collect(),
        capacity: 2,
        is_available: true,
        from: Timestamp::EPOCH,
        until: Timestamp::NEVER,
    }
}

fn guest(number: u8) -> GuestKey {
    GuestKey([number; 16])
}

/// A concern of an hour, opened at `minute`.
fn concern(number: u64, of: u8, language: &str, skills: Vec<Skill>, minute: u64) -> Interaction {
    Interaction {
        number,
        guest: guest(of),
        guest_id: GuestId::parse("", &format!("g-{of}")).unwrap(),
        issue: id("noise"),
        department: id("front"),
        skills,
        language: language.to_owned(),
        value_percent: 50,
        opened: at(minute),
        deadline: at(minute + 60),
        span: 60 * MINUTE,
        escalations: 0,
        assignment: None,
        closed: None,
    }
}

fn board(staff: Vec<StaffMember>) -> Board {
    let mut board = Board::default();
    staff.into_iter().for_each(|m| board.apply(&RoutingFact::Staff(Box::new(m))));
    board
}

/// Opens a concern as the engine does: chosen, then folded. Who has it.
fn open(board: &mut Board, mut interaction: Interaction) -> Option<String> {
    interaction.assignment = board.choose(&interaction, (interaction.opened, DAY));
    let with = interaction.assignment.as_ref().map(|given| given.member.to_string());
    board.apply(&RoutingFact::Opened { interaction: Box::new(interaction), paid_minor: 0 });
    with
}

fn close(board: &mut Board, number: u64, minute: u64) {
    let of = board.interaction(number).unwrap().guest;
    let (at, ending) = (at(minute), Ending::Resolved);
    board.apply(&RoutingFact::Closed { number, guest: of, at, ending });
}

fn fit_at(board: &Board, number: u64, minute: u64) -> Option<(String, Fit)> {
    let open = board.interaction(number).unwrap();
    board.choose(open, (at(minute), DAY)).map(|given| (given.member.to_string(), given.fit))
}

#[test]
fn language_and_skills_are_waited_for_and_then_given_up_one_by_one() {
    let mut board = board(vec![
        member("both", &["zh"], vec![skill("noise", 3)]),
        member("speaks", &["zh"], vec![skill("noise", 2)]),
        member("can", &["en"], vec![skill("noise", 5)]),
        member("new", &["en"], vec![]),
    ]);
    let asked = || vec![skill("noise", 3)];
    for number in 1..=2 {
        let with = open(&mut board, concern(number, 1, "zh", asked(), 0));
        assert_eq!(with.as_deref(), Some("both"));
    }
    assert_eq!(
        open(&mut board, concern(3, 2, "zh", asked(), 0)),
        None,
        "the one who could is busy"
    );
    assert_eq!(fit_at(&board, 3, 14), None);
    assert_eq!(fit_at(&board, 3, 15), Some(("speaks".to_owned(), Fit::WithoutSkill)));
    close(&mut board, 1, 5);
    assert_eq!(fit_at(&board, 3, 5), Some(("both".to_owned(), Fit::Whole)));

    // Nobody on duty speaks the language: nobody is waited for.
    board.apply(&RoutingFact::Gone(id("both")));
    board.apply(&RoutingFact::Gone(id("speaks")));
    assert_eq!(fit_at(&board, 3, 0), Some(("can".to_owned(), Fit::WithoutLanguage)));
    board.apply(&RoutingFact::Gone(id("can")));
    assert_eq!(fit_at(&board, 3, 0), Some(("new".to_owned(), Fit::Anyone)));
    board.apply(&RoutingFact::Gone(id("new")));
    assert_eq!(fit_at(&board, 3, 59), None);
}

#[test]
fn work_is_shared_evenly_and_no_capacity_is_passed() {
    let names = ["ana", "bo", "cy"];
    let mut board = board(names.iter().map(|name| member(name, &["en"], vec![])).collect());
    let mut given = std::collections::BTreeMap::<String, u32>::new();
    let mut rng = Numbers(7);
    let mut in_hand = Vec::new();
    for number in 1..=600 {
        while in_hand.len() >= 4 {
            let place = rng.below(in_hand.len());
            let number = in_hand.swap_remove(place);
            let of = board.interaction(number).unwrap().guest;
            let ending = Ending::Unresolved;
            let closed = RoutingFact::Closed { number, guest: of, at: at(0), ending };
            board.apply(&closed);
        }
        let of = u8::try_from(number % 250).unwrap();
        let with = open(&mut board, concern(number, of, "en", vec![], 0)).unwrap();
        *given.entry(with).or_default() += 1;
        in_hand.push(number);
        assert!(board.seats().all(|seat| seat.open <= 2));
        let held = |seat: &Seat| {
            board.open().filter(|i| i.assignment.as_ref().unwrap().member == seat.member.id).count()
        };
        assert!(board.seats().all(|seat| seat.open as usize == held(seat)));
    }
    let (least, most) = (given.values().min().unwrap(), given.values().max().unwrap());
    assert!(most - least <= 6, "{given:?}");
}

#[test]
fn whoever_helped_a_guest_before_is_asked_again_and_a_dear_guest_gets_the_best() {
    let mut board = board(vec![
        member("best", &["en"], vec![skill("noise", 5)]),
        member("good", &["en"], vec![skill("noise", 3)]),
    ]);
    let asked = || vec![skill("noise", 3)];
    assert_eq!(open(&mut board, concern(1, 1, "", asked(), 0)).as_deref(), Some("best"));
    assert_eq!(open(&mut board, concern(2, 2, "", asked(), 0)).as_deref(), Some("good"));
    close(&mut board, 1, 1);
    close(&mut board, 2, 1);
    let next = |of: u8| {
        let interaction = concern(9, of, "", asked(), 2);
        board.choose(&interaction, (at(2), DAY)).unwrap()
    };
    assert_eq!(next(2).member, id("good"), "{:?}", next(2).parts);
    assert_eq!(next(3).member, id("best"), "{:?}", next(3).parts);
    let mut dear = concern(9, 3, "", asked(), 2);
    dear.value_percent = 100;
    let rated = board.choose(&dear, (at(2), DAY)).unwrap().parts;
    assert!(rated.skill > next(3).parts.skill);
}

#[test]
fn who_waits_is_served_by_deadline_and_worth() {
    let mut board = board(vec![member("ana", &["en"], vec![])]);
    for number in 1..=2 {
        open(&mut board, concern(number, 1, "", vec![], 0));
    }
    assert_eq!(open(&mut board, concern(3, 2, "", vec![], 1)), None);
    let mut dear = concern(4, 3, "", vec![], 10);
    dear.value_percent = 100;
    assert_eq!(open(&mut board, dear), None);
    assert_eq!(open(&mut board, concern(5, 4, "", vec![], 40)), None);
    let mut served = Vec::new();
    for number in [1, 2] {
        close(&mut board, number, 41);
        let (next, given) = board.next_to_serve((at(41), DAY)).unwrap();
        let fact = RoutingFact::Assigned {
            number: next.number,
            guest: next.guest,
            assignment: Box::new(given),
        };
        served.push(next.number);
        board.apply(&fact);
        assert!(board.next_to_serve((at(41), DAY)).is_none(), "nobody has room");
    }
    assert_eq!(served, [4, 3], "the bonus of fifteen minutes more beats nine minutes");
}

#[test]
fn a_deadline_hands_over_to_the_next_department_once_there_is_one() {
    let mut manager = member("boss", &["en"], vec![]);
    manager.departments = vec![id("management")];
    let mut board = board(vec![member("ana", &["en"], vec![]), manager]);
    let department = |name: &str, to: Option<&str>| Department {
        id: id(name),
        name: name.to_owned(),
        escalates_to: to.map(id),
    };
    let house = [department("front", Some("management")), department("management", None)];
    open(&mut board, concern(1, 1, "", vec![], 0));
    assert!(board.next_to_escalate(&house, at(59)).is_none());
    let (late, to) = board.next_to_escalate(&house, at(60)).unwrap();
    assert_eq!((late.number, to), (1, &id("management")));
    let fact = RoutingFact::Escalated {
        number: 1,
        guest: late.guest,
        department: to.clone(),
        deadline: at(60).plus(late.span),
    };
    board.apply(&fact);
    assert_eq!(board.seat(&id("ana")).unwrap().open, 0);
    assert_eq!(fit_at(&board, 1, 60), Some(("boss".to_owned(), Fit::Whole)));
    assert!(board.next_to_escalate(&house, at(200)).is_none(), "nobody stands above");
    assert!(board.interaction(1).unwrap().is_overdue(at(120)));
}

#[test]
fn duty_and_breaks_are_kept() {
    let mut night = member("night", &["en"], vec![]);
    (night.from, night.until) = (at(10), at(20));
    let mut board = board(vec![night.clone()]);
    assert_eq!(open(&mut board, concern(1, 1, "", vec![], 0)), None);
    assert_eq!(fit_at(&board, 1, 9), None);
    assert!(fit_at(&board, 1, 10).is_some());
    assert_eq!(fit_at(&board, 1, 20), None);
    night.is_available = false;
    board.apply(&RoutingFact::Staff(Box::new(night)));
    assert_eq!(fit_at(&board, 1, 10), None);
}

/// What is read of a board makes the same board again, whatever happened to it.
#[test]
fn a_board_is_made_again_of_its_rows() {
    let mut rng = Numbers(3);
    let mut board = board(vec![
        member("ana", &["en", "pt"], vec![skill("noise", 2)]),
        member("bo", &["zh"], vec![]),
    ]);
    let mut number = 0;
    for step in 0..4_000 {
        let below = |rng: &mut Numbers, n: usize| rng.below(n);
        let any = board.open().map(|i| i.number).nth(below(&mut rng, 5));
        match (below(&mut rng, 10), any) {
            (0..=4, Some(any)) => {
                let of = board.interaction(any).unwrap().guest;
                let ending = Ending::from_code(u8::try_from(1 + rng.below(3)).unwrap()).unwrap();
                let fact = RoutingFact::Closed { number: any, guest: of, at: at(step), ending };
                board.apply(&fact);
            }
            (5, _) => {
                let name = ["ana", "bo"][below(&mut rng, 2)];
                board.apply(&RoutingFact::Gone(id(name)));
                board.apply(&RoutingFact::Staff(Box::new(member(name, &["en"], vec![]))));
            }
            _ => {
                number += 1;
                let of = u8::try_from(below(&mut rng, 40)).unwrap();
                open(
                    &mut board,
                    concern(number, of, ["", "en", "zh"][below(&mut rng, 3)], vec![], step),
                );
            }
        }
        while let Some((next, given)) = board.next_to_serve((at(step), DAY)) {
            let (number, of) = (next.number, next.guest);
            let assignment = Box::new(given);
            board.apply(&RoutingFact::Assigned { number, guest: of, assignment });
        }
    }
    assert!(number > CLOSED_MAX as u64);
    let interactions = board.closed().chain(board.open()).cloned();
    let again = Board::of(board.seats().cloned(), interactions, board.paid());
    assert_eq!(again, board);
    assert_eq!(board.closed().count(), CLOSED_MAX);
}

#[test]
fn a_guest_is_compared_with_those_before() {
    let mut board = Board::default();
    assert_eq!(board.value_percent(1_000_000), 50);
    for (number, paid_minor) in (1..=10).zip((0_i64..).map(|n| n * 100)) {
        let interaction = Box::new(concern(number, 1, "", vec![], 0));
        board.apply(&RoutingFact::Opened { interaction, paid_minor });
    }
    let told = [-1, 0, 450, 900, 901].map(|paid| board.value_percent(paid));
    assert_eq!(told, [0, 5, 50, 95, 100]);
}
