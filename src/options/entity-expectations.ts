import { type Expectations, isIri, isLanguage, isObject, isUuid, oneOf } from './expect.js';
import { type Expectation, IRI, isData, isText, LANGUAGE, object, orNull, TEXT, within } from './expectations.js';

const NAMES = ['name', 'description'];
/** An xAPI Activity Definition (Data §2.4.4.1), as far as one that is otherwise would be refused with all that it stands in. */
const isDefinition = (value: unknown): boolean =>
  isData(value) && ['type', 'moreInfo'].every((name) => (!(value as any)[name] || isIri((value as any)[name]))) && isObject((value as any).extensions ?? {}) && NAMES.every((name) => Object.entries((value as any)[name] ?? {}).every(([language, text]) => isLanguage(language) && isText(text ?? '')));
/** An object that is an entity; names that are no text would be refused with all that they stand in. */
export const isDescribed = (value: unknown): boolean => isObject(value) && isIri(value['id']) && NAMES.every((name) => isText(value[name] ?? '')) && isDefinition(value['definition'] ?? {});
/** What stands within entities, in the terms of Caliper 1.2 (§Entities): what is otherwise would be refused with all events. */
export const WITHIN: Expectations = {};
export const ENTITY: Expectation = [(value: unknown) => isDescribed(value) || isIri(value), `${IRI}, or an object with one as id, and names that are text`, false, WITHIN];
const ENTITIES: Expectation = [(value: unknown) => [value].flat().every(ENTITY[0] as (one: unknown) => unknown), `${ENTITY[1]}, or several`, false, WITHIN];
/** One with members of its own. */
const entity = (members: Expectations): Expectation => [ENTITY[0], ENTITY[1], false, { ...WITHIN, ...orNull(members) }];
/** What it is in Caliper, or as an IRI in xAPI. */
const typed = (...terms: readonly string[]): Expectations => ({ type: [(value: unknown) => terms.includes(value as string) || isIri(value), `"${terms.join('", "')}" or an IRI`] });
/** Caliper has these alone (1.2 §Role). */
const ROLE =
  /^(Administrator(#(Administrator|(External)?(Developer|Support|SystemAdministrator)))?|ContentDeveloper(#(ContentDeveloper|(External)?ContentExpert|Librarian))?|Instructor(#((External|Guest|Primary|Secondary)?Instructor|Grader|Lecturer|TeachingAssistant(Group|Offering|Section|Template)?))?|Learner(#(External|Guest|NonCredit)?Learner)?|Manager(#(AreaManager|CourseCoordinator|(External)?Observer))?|Member(#Member)?|Mentor(#(External)?(Advisor|Auditor|LearningFacilitator|Mentor|Reviewer|Tutor))?|Officer(#(Chair|Secretary|Treasurer|Vice-Chair))?)$/;
/** As far as XML Schema knows it too, which is what validators look for. */
const DURATION: Expectation = [(value: unknown) => isText(value) && /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(value), 'an ISO 8601 duration such as "PT1H"'];
const PERIOD: Expectations = { duration: DURATION };
const WORD: Expectation = [(value: unknown) => /string|number/.test(typeof value), 'text'];
const SOME = `a list of ${IRI} or objects with one as id`;
/** Names of people and the like are left out of a list. */
const LIST: Expectation = [(value: unknown) => [value].flat().every((one) => isText(one) || isDescribed(one)), SOME, false, WITHIN];
Object.assign(
  WITHIN,
  orNull({
    ...Object.fromEntries(['user', 'client', 'member', 'organization', 'subOrganizationOf', 'isPartOf'].map((name) => [name, ENTITY])),
    ...Object.fromEntries(['members', 'creators', 'items', 'learningObjectives'].map((name) => [name, LIST])),
    ...Object.fromEntries(['version', 'host', 'ipAddress', 'userAgent', 'courseNumber', 'academicSession', 'mediaType', 'storageName'].map((name) => [name, WORD])),
    otherIdentifiers: [(list: unknown) => [list].flat().every((one: any) => isText(one?.identifier) && isText(one.identifierType)), 'a list of objects with an identifier and an identifierType'],
    duration: [(value: unknown) => within(0)(value) || (DURATION[0] as (value: unknown) => unknown)(value), DURATION[1]],
  }),
);

export const CONTEXT: Expectations = {
  context: object(orNull({
    edApp: entity(typed('SoftwareApplication')),
    group: entity(typed('CourseSection', 'CourseOffering', 'Group', 'Organization')),
    membership: entity({
      ...typed('Membership'),
      roles: [(list: unknown) => Array.isArray(list) && list.every((role) => ROLE.test(role)), 'an array of roles such as "Learner"'],
      status: oneOf('Active', 'Inactive'),
      member: entity(typed('Person')),
      organization: ENTITY,
    }),
    session: entity({ ...typed('Session', 'LtiSession'), ...PERIOD }),
    federatedSession: entity({ ...typed('LtiSession'), ...PERIOD }),
    referrer: ENTITY,
    parent: ENTITIES,
    grouping: ENTITIES,
    category: ENTITIES,
    platform: TEXT,
    language: LANGUAGE,
    registration: [isUuid, 'a UUID'],
  }, [null, ''])),
};
