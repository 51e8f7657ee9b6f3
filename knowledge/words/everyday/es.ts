import type { Everyday } from './everyday.ts';

export const es: Everyday = {
  same: `
    iniciar sesión, acceder, entrar, identificarse, login
    cerrar sesión, salir, logout
    registrarse, darse de alta, crear una cuenta, registro
    cancelar, dar de baja, darse de baja, anular, rescindir
    borrar, eliminar, quitar, suprimir
    devolver, devolución, retornar
    reembolso, devolución del dinero, reintegro
    precio, coste, costo, tarifa, importe
    gratis, gratuito, sin coste
    pagar, abonar
    cobrar, cargar, facturar
    factura, recibo
    contraseña, clave
    correo, email, correo electrónico
    móvil, celular, teléfono
    llamar, telefonear
    roto, averiado, defectuoso, dañado, estropeado
    perdido, extraviado
    cambiar, modificar, editar
    cambiar, canjear, reemplazar, sustituir
    paquete, envío, pedido
    envío, entrega, reparto
    gastos de envío, portes
    comprar, adquirir
    garantía, cobertura
    descuento, rebaja, promoción, cupón
    horario, abierto, apertura
    compañero, colega
    empleado, trabajador
    empresa, compañía
    usuario, cliente
    ordenador, computadora, computador, pc
    etiqueta, pegatina
    impresora, imprimir
    foto, imagen
    fallo, error
    ayuda, soporte, asistencia
    contrato, acuerdo
    permiso, acceso, derecho
    idioma, lengua
    dirección, domicilio
    transferencia, giro
    tarjeta, tarjeta de crédito
    plazo, fecha límite
    prorrogar, renovar, ampliar
    reservar, reserva
    descargar, bajar
    subir, cargar
    activar, encender
    desactivar, apagar
    rápido, urgente, exprés
    alquilar, arrendar
    ticket, comprobante, recibo`,
  means: `
    robado > perdido, robo
    robaron > robo, perdido
    desaparecido > perdido
    caro > precio
    barato > precio
    internet > wifi, red, línea
    wlan > wifi
    devuelvan > reembolso, devolución
    dinero > reembolso, pago
    baja > cancelar
    probar > prueba
    casado > nombre, apellido
    mudanza > dirección
    mudarse > dirección
    estudiante > descuento, reducida
    fallecido > defunción
    murió > defunción
    hablar > teléfono, contacto, llamar
    persona > agente, contacto
    mojado > dañado, agua
    estafa > fraude, phishing
    caducado > vencido, renovar
    vence > caducidad, plazo`,
  families: `
    pagar pago pagos pagado pagué
    cobrar cobro cobrado cobraron cargo
    enviar envío envíos enviado
    entregar entrega entregado
    devolver devolución devuelto devuelvo
    reembolsar reembolso reembolsado
    cancelar cancelación cancelado
    suscribir suscripción suscrito
    registrar registro registrado
    perder pierdo perdido perdí pérdida
    romper roto rompió rotura
    abrir abierto apertura abre
    cerrar cerrado cierre cierra
    recibir recibo recibido recepción
    facturar factura facturación
    imprimir impreso impresora impresión
    olvidar olvidado olvidé olvido
    comprar compra comprado comprador
    vender venta vendido vendedor
    renovar renovación renuevo
    reservar reserva reservado
    prestar préstamo prestado
    mudar mudanza mudarse
    conectar conexión conectado
    instalar instalación instalado
    bloquear bloqueo bloqueado
    activar activación
    configurar configuración
    mes meses mensual mensualidad mensualmente
    año años anual anualmente
    día días diario diariamente
    semana semanas semanal
    niño niños infantil
    estudiante estudiantes estudiantil
    morir muerto fallecido defunción`,
  circumstances: `
    ayer hoy mañana tarde noche mediodía lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto
    septiembre octubre noviembre diciembre primavera verano otoño invierno navidad semana semanas mes meses año años día días hora horas minuto
    minutos pasado pasada próximo próxima último última recientemente pronto temprano
    mamá papá madre padre padres hijo hija hermano hermana tío tía abuelo abuela marido mujer esposo esposa novio novia amigo amiga amigos familia
    niño niña niños bebé vecino vecina jefe jefa gente señor señora
    uno dos tres cuatro cinco seis siete ocho nueve diez cien mil medio varios varias par
    contento triste enfadado molesto preocupado raro tonto loco terrible horrible genial perfecto fantástico malo mala peor mejor bueno
    sinceramente obviamente desgraciadamente afortunadamente seguramente probablemente totalmente completamente simplemente exactamente
    especialmente normalmente solo sola juntos bastante casi mismo misma
    fui fue vino tomé dado dije dijo pensé sabía visto oído hecho comprado querido viene lleva llevo espero esperando creo pienso quedo queda
    cosa cosas tipo parte razón caso hecho palabra lugar sitio
    pequeño pequeña grande viejo vieja nuevo nueva joven propio otro otra casa piso ciudad calle oficina cocina coche autobús tren bici trabajo`,
};
