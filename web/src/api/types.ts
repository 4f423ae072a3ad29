// Short names for the shapes of the API, made from the OpenAPI file at build time.
import type { components } from '../../.generated/schema'

type Schemas = components['schemas']

export type Hub = Schemas['Hub']
export type Place = Schemas['Place']
export type City = Schemas['City']
export type Stop = Schemas['Stop']
export type Name = Schemas['Name']
export type Position = Schemas['Position']
export type Timetable = Schemas['Timetable']
export type TimetableDetail = Schemas['TimetableDetail']
export type Journey = Schemas['Journey']
export type JourneyAnswer = Schemas['JourneyAnswer']
export type Leg = Schemas['Leg']
export type LegStop = Schemas['LegStop']
export type ReachAnswer = Schemas['ReachAnswer']
export type ReachCity = Schemas['ReachCity']
export type NetworkGeoJson = Schemas['NetworkGeoJson']
export type Problem = Schemas['Problem']
