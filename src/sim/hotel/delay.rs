//! Labels on their way: what became of a decision is learnt only so many decisions later.

use std::collections::VecDeque;

/// A queue from which each label comes once, in order, after a fixed number of later ones.
#[derive(Debug, Clone)]
pub struct DelayQueue<T> {
    delay: usize,
    waiting: VecDeque<T>,
}

impl<T> DelayQueue<T> {
    /// A queue in which a label waits for `delay` others; 0: it does not wait.
    pub fn new(delay: usize) -> Self {
        Self { delay, waiting: VecDeque::new() }
    }

    /// Takes the label of a decision in, and gives the one that is due, if any.
    pub fn push(&mut self, label: T) -> Option<T> {
        self.waiting.push_back(label);
        if self.waiting.len() > self.delay { self.waiting.pop_front() } else { None }
    }

    /// The labels still on their way when the play is over, in order.
    pub fn rest(&mut self) -> impl Iterator<Item = T> + '_ {
        self.waiting.drain(..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_label_comes_once_in_order_after_its_delay() {
        for delay in [0, 1, 3, 10, 50] {
            let mut queue = DelayQueue::new(delay);
            let mut learnt = Vec::new();
            for decision in 0..20_usize {
                let due = queue.push(decision);
                assert_eq!(due, decision.checked_sub(delay), "delay {delay}");
                learnt.extend(due);
            }
            assert_eq!(learnt.len(), 20_usize.saturating_sub(delay));
            learnt.extend(queue.rest());
            assert_eq!(learnt, (0..20).collect::<Vec<_>>(), "delay {delay}");
            assert_eq!(queue.rest().count(), 0);
        }
    }
}
