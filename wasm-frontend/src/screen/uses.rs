//! What a screen keeps open in the world, and lets go of when it is left, whatever the way.

use super::{Effect, Screen};

#[cfg(feature = "enroll")]
use super::identify::Phase;

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Uses {
    socket: bool,
    #[cfg(feature = "enroll")]
    camera: bool,
    #[cfg(feature = "enroll")]
    image: bool,
}

impl Uses {
    /// What `screen` needs.
    pub(super) fn of(screen: &Screen) -> Self {
        let mut uses = Self::default();
        match screen {
            Screen::Send(send) => uses.socket = send.listens(),
            #[cfg(feature = "enroll")]
            Screen::Identify(identify) => {
                uses.camera = matches!(identify.phase, Phase::Camera { .. });
                uses.image = identify.phase == Phase::Reading;
            }
            _ => {}
        }
        uses
    }

    /// What is not needed any more is let go; the camera before anything else is read.
    pub(super) fn change(self, after: Self, effects: &mut Vec<Effect>) {
        if self.socket && !after.socket {
            effects.push(Effect::Unlisten);
        }
        if !self.socket && after.socket {
            effects.push(Effect::Listen);
        }
        #[cfg(feature = "enroll")]
        {
            if (self.camera && !after.camera) || (self.image && !after.image) {
                effects.insert(0, Effect::CloseScanner);
            }
            if !self.camera && after.camera {
                effects.push(Effect::OpenCamera);
            }
        }
    }
}
