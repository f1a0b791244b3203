//! The sizes that Fargate offers: each CPU amount goes with some memory amounts only.

/// CPU units (1,024 are one vCPU) and memory in MiB of a Fargate task. [`task_size!`](crate::task_size) makes one that is checked by the compiler.
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskSize {
    cpu: u32,
    memory: u32,
}

/// The task size of so many CPU units and MiB; a pair that Fargate does not offer does not compile.
///
/// ```
/// use formwork_constructs::task_size;
/// assert_eq!(task_size!(512, 1024).memory(), 1024);
/// ```
///
/// ```compile_fail
/// formwork_constructs::task_size!(256, 4096);
/// ```
#[macro_export]
macro_rules! task_size {
    ($cpu:expr, $memory:expr) => {
        const {
            match $crate::TaskSize::new($cpu, $memory) {
                Ok(size) => size,
                Err(allowed) => panic!("{}", allowed),
            }
        }
    };
}

impl TaskSize {
    /// A quarter vCPU and 512 MiB: the size of a service that names none.
    pub const SMALLEST: Self = Self { cpu: 256, memory: 512 };

    /// The size of so many CPU units and MiB.
    ///
    /// # Errors
    /// Says what is allowed where Fargate does not offer the pair.
    pub const fn new(cpu: u32, memory: u32) -> Result<Self, &'static str> {
        let (least, most, step, allowed) = match cpu {
            256 => (512, 2048, 0, "with 256 CPU units, Fargate offers 512, 1024 or 2048 MiB"),
            512 => (1024, 4096, 1024, "with 512 CPU units, Fargate offers 1024 to 4096 MiB in steps of 1024"),
            1024 => {
                (2048, 8192, 1024, "with 1024 CPU units, Fargate offers 2048 to 8192 MiB in steps of 1024")
            }
            2048 => {
                (4096, 16384, 1024, "with 2048 CPU units, Fargate offers 4096 to 16384 MiB in steps of 1024")
            }
            4096 => {
                (8192, 30720, 1024, "with 4096 CPU units, Fargate offers 8192 to 30720 MiB in steps of 1024")
            }
            8192 => (
                16384,
                61440,
                4096,
                "with 8192 CPU units, Fargate offers 16384 to 61440 MiB in steps of 4096",
            ),
            16384 => (
                32768,
                122_880,
                8192,
                "with 16384 CPU units, Fargate offers 32768 to 122880 MiB in steps of 8192",
            ),
            _ => return Err("Fargate offers 256, 512, 1024, 2048, 4096, 8192 or 16384 CPU units"),
        };
        let on_a_step = if step == 0 { memory.is_power_of_two() } else { memory.is_multiple_of(step) };
        if memory >= least && memory <= most && on_a_step { Ok(Self { cpu, memory }) } else { Err(allowed) }
    }

    /// The CPU units: 1,024 are one vCPU.
    pub const fn cpu(self) -> u32 {
        self.cpu
    }

    /// The memory in MiB.
    pub const fn memory(self) -> u32 {
        self.memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_pairs() {
        for (cpu, memory) in
            [(256, 512), (256, 2048), (512, 3072), (4096, 30720), (8192, 20480), (16384, 122_880)]
        {
            assert!(TaskSize::new(cpu, memory).is_ok(), "{cpu} {memory}");
        }
        for (cpu, memory) in [(0, 512), (256, 1536), (256, 4096), (512, 512), (8192, 17408), (300, 512)] {
            assert!(TaskSize::new(cpu, memory).is_err(), "{cpu} {memory}");
        }
    }
}
