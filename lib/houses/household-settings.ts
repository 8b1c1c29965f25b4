import { z } from 'zod';
import { JOBS } from './job-files.ts';
import { argv, duration, port, secret, wizardName } from './setting-types.ts';

/** How often and how long a failing thing is started again: the wait doubles from first to longest. */
const restarts = z.strictObject({
  first: duration.default(60_000),
  longest: duration.default(3_600_000),
  /** Restarts in a row without success, after which a person is called instead. */
  limit: z.int().min(1).max(100).default(5),
});

/** Something that the houses share, told by one of: an address, a process, a systemd unit. */
const service = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** A piece of the answer that names the service: whatever else listens there is not it. */
    expect: z.string().optional(),
    /** Part of a command line, as ps shows it. */
    process: z.string().min(1).optional(),
    unit: z.string().optional(),
    timeout: duration.default(5000),
    /** How long a start may take before it counts as failed. */
    patience: duration.default(30_000),
    /** Starts it again. Absent: it is only watched. */
    restart: argv.optional(),
  })
  .refine(
    ({ url, process, unit }) =>
      [url, process, unit].filter((way) => way !== undefined).length === 1,
    'expected exactly one of url, process and unit',
  );

export type ServiceSettings = z.output<typeof service>;

/** What self-monitor holds against a house or the machine. */
const monitor = z.strictObject({
  /** Percent that must be free. */
  disk: z.number().min(0).max(100).default(5),
  memory: z.number().min(0).max(100).default(5),
  /** A task that could run has waited so long. */
  waiting: duration.default(86_400_000),
  /** A house with work to do has ended no run for so long. */
  idle: duration.default(7_200_000),
  restarts: restarts.prefault({}),
});

const sinkEvents = {
  /** Event types, or their beginnings as `service.`; absent: every one of weight. */
  events: z.array(z.string()).optional(),
};

/** Where an alert goes. */
const sink = z.union([
  z.strictObject({ ...sinkEvents, file: z.string() }),
  /** The alert as JSON on standard input. */
  z.strictObject({ ...sinkEvents, command: argv }),
  z.strictObject({ ...sinkEvents, webhook: z.url({ protocol: /^https?$/ }) }),
  z.strictObject({
    ...sinkEvents,
    telegram: z.strictObject({
      chat: z.union([z.string(), z.int()]).transform(String),
      token: secret,
      api: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org'),
    }),
  }),
  /** healthchecks.io's way: `/start`, the bare address for success, `/fail`. */
  z.strictObject({
    ping: z.url({ protocol: /^https?$/ }),
    job: z.enum(JOBS),
    wizard: wizardName.optional(),
  }),
]);

/** `robed.yaml`: what the houses share. Unknown keys are refused by name. */
export const householdSchema = z.strictObject({
  /** The house that reports go to. */
  father: wizardName.optional(),
  /** The house whose person judges and approves. */
  sovereign: wizardName.optional(),
  ports: z
    .strictObject({
      /** New houses get the first free one of from…to. */
      from: port.default(8742),
      to: port.default(8999),
      /** Never given out. */
      reserved: z.array(port).default([]),
    })
    .prefault({}),
  /** Hermes, shared by the houses: a checkout or a virtual environment. Relative to the root. */
  codebase: z.string().optional(),
  services: z.record(z.string().regex(/^[\w.-]{1,64}$/), service).default({}),
  monitor: monitor.prefault({}),
  alerts: z
    .strictObject({
      /** The same thing is told again no sooner. */
      every: duration.default(3_600_000),
      to: z.array(sink).default([]),
    })
    .prefault({}),
});

export type HouseholdSettings = z.output<typeof householdSchema>;
