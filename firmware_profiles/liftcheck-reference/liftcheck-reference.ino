// liftcheck reference firmware: an open 6-axis sensor for the back, for boards that cost little.
//
//   Seeed XIAO nRF52840 Sense      ("Seeed nRF52 mbed-enabled Boards"; libraries ArduinoBLE, Seeed Arduino LSM6DS3)
//   Arduino Nano 33 BLE Sense      (libraries ArduinoBLE, Arduino_LSM9DS1)
//   Arduino Nano 33 BLE Sense Rev2 (libraries ArduinoBLE, Arduino_BMI270_BMM150; define LIFTCHECK_REV2 below)
//
// THIS SKETCH WAS NOT RUN ON HARDWARE, nor compiled. It was written from the libraries' sources and documentation.
// If you run it, please check it with `liftcheck record`:
//   - on a board lying still the length of acc is 9.8 m/s2, and the rate is the one asked for;
//   - each axis reads about +9.8 when it points up;
//   - turned anticlockwise, seen from above, the gyr of the axis that points up is positive;
//   - x, y, z are thumb, first and second finger of the RIGHT hand. If they are those of the left hand (the libraries
//     do not say), define LIFTCHECK_LEFT_HANDED below.
//
// One packet of 56 bytes, little-endian, as described in liftcheck-reference.toml:
//   u8  version 1        u8  samples in this packet, 4
//   u16 packet counter   u32 microseconds of this board's clock at the last sample
//   4 x { i16 acc x y z in 16 g / 32768, i16 gyr x y z in 2000 deg/s / 32768 }
// It needs an ATT MTU of at least 59; computers ask for more by themselves.

// #define LIFTCHECK_REV2
// #define LIFTCHECK_LEFT_HANDED
//
// The battery is told only where somebody has wired it to a pin: the pin, and the battery's volts per volt at the pin.
// #define LIFTCHECK_BATTERY_PIN A0
// #define LIFTCHECK_BATTERY_RATIO 2.0f

#include <ArduinoBLE.h>

#if defined(ARDUINO_Seeed_XIAO_nRF52840_Sense)
#include <LSM6DS3.h>
LSM6DS3 imu(I2C_MODE, 0x6A);
const uint16_t MOST_HZ = 208;
#elif defined(LIFTCHECK_REV2)
#include <Arduino_BMI270_BMM150.h>
#else
#include <Arduino_LSM9DS1.h> // 119 samples a second, 4 g, 2000 deg/s
#endif

#if !defined(ARDUINO_Seeed_XIAO_nRF52840_Sense)
const uint16_t MOST_HZ = 104; // beyond it these libraries would give every sample twice
#endif

const uint8_t VERSION = 1;
const uint8_t SAMPLES = 4;
const int HEAD = 8;
const int SAMPLE = 12;
const int PACKET = HEAD + SAMPLES * SAMPLE;

BLEService motion("4c494654-0001-4c43-8e5a-6c6966746300");
BLECharacteristic data("4c494654-0002-4c43-8e5a-6c6966746300", BLENotify, PACKET, true);
BLEUnsignedShortCharacteristic rate("4c494654-0003-4c43-8e5a-6c6966746300", BLERead | BLEWrite);
#if defined(LIFTCHECK_BATTERY_PIN)
BLEService battery("180F");
BLEUnsignedCharCharacteristic level("2A19", BLERead);
#endif

uint8_t packet[PACKET];
uint8_t filled = 0;
uint16_t counter = 0;
uint32_t period_us = 1000000UL / 104;
uint32_t due_us = 0;

bool beginImu() {
#if defined(ARDUINO_Seeed_XIAO_nRF52840_Sense)
  imu.settings.accelRange = 16;
  imu.settings.accelSampleRate = 208;
  imu.settings.gyroRange = 2000;
  imu.settings.gyroSampleRate = 208;
  return imu.begin() == 0;
#else
  return IMU.begin(); // the library's own ranges and rate
#endif
}

// acc in g, gyr in deg/s, in right-handed axes.
void readImu(float acc[3], float gyr[3]) {
#if defined(ARDUINO_Seeed_XIAO_nRF52840_Sense)
  acc[0] = imu.readFloatAccelX();
  acc[1] = imu.readFloatAccelY();
  acc[2] = imu.readFloatAccelZ();
  gyr[0] = imu.readFloatGyroX();
  gyr[1] = imu.readFloatGyroY();
  gyr[2] = imu.readFloatGyroZ();
#else
  IMU.readAcceleration(acc[0], acc[1], acc[2]);
  IMU.readGyroscope(gyr[0], gyr[1], gyr[2]);
#endif
#if defined(LIFTCHECK_LEFT_HANDED)
  // Name the opposite direction x: both are measured along it, gyr by the right-hand rule as checked above.
  acc[0] = -acc[0];
  gyr[0] = -gyr[0];
#endif
}

void put16(int at, int16_t value) {
  packet[at] = value & 0xFF;
  packet[at + 1] = (value >> 8) & 0xFF;
}

int16_t scaled(float value, float full) {
  float raw = value * 32768.0f / full;
  if (isnan(raw)) return -32768; // the chip did not answer: a value no still board reads, so that it is seen
  return raw > 32767.0f ? 32767 : raw < -32768.0f ? -32768 : (int16_t)lroundf(raw);
}

void takeSample(uint32_t now_us) {
  float acc[3], gyr[3];
  readImu(acc, gyr);
  int at = HEAD + filled * SAMPLE;
  for (int i = 0; i < 3; i++) {
    put16(at + 2 * i, scaled(acc[i], 16.0f));
    put16(at + 6 + 2 * i, scaled(gyr[i], 2000.0f));
  }
  if (++filled < SAMPLES) return;
  packet[0] = VERSION;
  packet[1] = SAMPLES;
  put16(2, (int16_t)counter++);
  for (int i = 0; i < 4; i++) packet[4 + i] = (now_us >> (8 * i)) & 0xFF;
  data.writeValue(packet, PACKET); // if the radio is behind, this packet is lost and the counter shows it
  filled = 0;
}

void restart() {
  uint16_t hz = rate.value();
  if (hz < 10 || hz > MOST_HZ) hz = 104;
  rate.writeValue(hz);
  period_us = 1000000UL / hz;
  due_us = micros() + period_us;
  filled = 0;
  counter = 0;
}

void setup() {
  pinMode(LED_BUILTIN, OUTPUT);
  while (!beginImu() || !BLE.begin()) { // nothing to do without either: blink
    digitalWrite(LED_BUILTIN, !digitalRead(LED_BUILTIN));
    delay(200);
  }
  BLE.setLocalName("liftcheck");
  BLE.setDeviceName("liftcheck");
  BLE.setConnectionInterval(6, 12); // 7.5 to 15 ms, in steps of 1.25 ms
  BLE.setAdvertisedService(motion);
  motion.addCharacteristic(data);
  motion.addCharacteristic(rate);
  BLE.addService(motion);
  rate.writeValue(104);
#if defined(LIFTCHECK_BATTERY_PIN)
  battery.addCharacteristic(level);
  BLE.addService(battery);
#endif
  BLE.advertise();
}

void loop() {
  BLEDevice central = BLE.central();
  if (!central) return;
  restart();
#if defined(LIFTCHECK_BATTERY_PIN)
  float volts = analogRead(LIFTCHECK_BATTERY_PIN) * 3.3f / 1023.0f * LIFTCHECK_BATTERY_RATIO;
  level.writeValue((uint8_t)constrain((volts - 3.4f) / 0.7f * 100.0f, 0.0f, 100.0f)); // one lithium cell, roughly
#endif
  while (central.connected()) {
    BLE.poll();
    if (rate.written()) restart();
    uint32_t now = micros();
    if ((int32_t)(now - due_us) < 0) continue;
    if (data.subscribed()) takeSample(now);
    due_us += period_us;
    if ((int32_t)(micros() - due_us) > (int32_t)(4 * period_us)) due_us = micros() + period_us; // fell behind
  }
}
